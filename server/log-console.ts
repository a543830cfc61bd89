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
 * Redirects what Next.js and other libraries print to the logger. Their output may contain text from clients, such as a malformed
 * header, and a line break in it could forge a log record.
 */
export function logConsole(log: Logger): void {
  for (const [method, level] of Object.entries(levels))
    console[method as keyof typeof levels] = (...values: unknown[]) => {
      const text = stripVTControlCharacters(format(...values)).trim();
      if (text !== "") log[level]({ source: "console" }, text);
    };
  // Remove the listener with which Node.js prints warnings.
  process.removeAllListeners("warning");
  process.on("warning", ({ name, message }) => log.warn({ source: name }, message));
}
