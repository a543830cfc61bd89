import { format, stripVTControlCharacters } from "node:util";
import type { Logger } from "pino";

const levels = {
  debug: "debug",
  error: "error",
  info: "info",
  log: "info",
  trace: "debug",
  warn: "warn",
} as const;

/**
 * Sends whatever Next.js and other libraries print through the logger: one JSON record a line. They print text of clients, such
 * as a header that cannot be parsed, and a line break in it would look like a record of ours.
 */
export function logConsole(log: Logger): void {
  for (const [method, level] of Object.entries(levels))
    console[method as keyof typeof levels] = (...values: unknown[]) => {
      const text = stripVTControlCharacters(format(...values)).trim();
      if (text !== "") log[level]({ source: "console" }, text);
    };
  // Node.js would print them itself.
  process.removeAllListeners("warning");
  process.on("warning", ({ name, message }) => log.warn({ source: name }, message));
}
