import { parseEnv } from "@/lib/server/env";
import { startRuntime } from "../start-runtime";

/** Prints the document with --json, else the text. */
export type Print = (document: unknown, text: string) => void;

/** Wraps a command: starts the runtime, runs the command, and always releases everything afterwards. */
export function action<Options extends { json?: boolean }>(
  work: (options: Options, print: Print) => Promise<void>,
) {
  return async (options: Options): Promise<void> => {
    const env = parseEnv({ ...process.env, LOG_LEVEL: process.env.LOG_LEVEL ?? "warn" });
    const { server, stop } = await startRuntime(env, (sentence) => console.error(sentence));
    server.engine.rejections.onLongWait = (waitMs) =>
      console.error(
        `No running instance can confirm the change. Waiting ${Math.ceil(waitMs / 1000)} s, until no disconnected instance can accept the key either.`,
      );
    try {
      await work(options, (document, text) => console.log(options.json ? JSON.stringify(document) : text));
    } finally {
      // Linger, because another command often follows and then finds the database running.
      await stop({ linger: true });
    }
  };
}

/** Formats rows as aligned columns. */
export function table(head: string[], rows: string[][]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? "").length)),
  );
  return [head, ...rows]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
