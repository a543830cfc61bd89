import type { ChildProcess } from "node:child_process";
import { waitUntil } from "../wait-until";

/** What a process prints. The text is still on its way when the event that it tells of has happened, so it can't be read at once. */
export type ChildOutput = {
  /** Waits until it has printed this. @returns Everything that it has printed so far. */
  printed(pattern: RegExp): Promise<string>;
  /** Everything that it printed. @throws Error while it runs. */
  output(): Promise<string>;
};

/** Call this right after starting the process. */
export function outputOf(child: ChildProcess): ChildOutput {
  let text = "";
  const take = (chunk: string) => {
    text += chunk;
  };
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", take);
  // The program doesn't exist.
  child.on("error", ({ message }) => take(message));
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const hasExited = () => child.exitCode !== null || child.signalCode !== null;
  return {
    async printed(pattern) {
      await waitUntil(`the process prints ${pattern}`, async () => {
        if (hasExited()) await closed;
        if (pattern.test(text)) return true;
        if (hasExited()) throw new Error(`The process ended without printing ${pattern}:\n${text}`);
        return false;
      }).catch((error: Error) => {
        throw new Error(`${error.message}\n${text}`);
      });
      return text;
    },
    async output() {
      if (!hasExited()) throw new Error("The process is running. Stop it first, or wait with printed().");
      await closed;
      return text;
    },
  };
}
