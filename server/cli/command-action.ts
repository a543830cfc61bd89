import { parseEnv } from "@/lib/server/env";
import { startRuntime } from "../start-runtime";

/** Prints a document where --json was asked for, else its text. */
export type Print = (document: unknown, text: string) => void;

/** Runs a command with a database, and lets go of everything afterwards, whatever happened. */
export function action<Options extends { json?: boolean }>(
  work: (options: Options, print: Print) => Promise<void>,
) {
  return async (options: Options): Promise<void> => {
    const env = parseEnv({ ...process.env, LOG_LEVEL: process.env.LOG_LEVEL ?? "warn" });
    const { server, stop } = await startRuntime(env, (sentence) => console.error(sentence));
    server.engine.rejections.onLongWait = (waitMs) =>
      console.error(
        `No running instance can confirm the change. Waiting ${Math.ceil(waitMs / 1000)} s, until any that was cut off can't accept a key either.`,
      );
    try {
      await work(options, (document, text) => console.log(options.json ? JSON.stringify(document) : text));
    } finally {
      // Commands come in rows: the next one finds the server still running.
      await stop({ linger: true });
    }
  };
}

/** Columns of text, aligned. */
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
