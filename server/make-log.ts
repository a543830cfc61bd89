import pino, { type Logger } from "pino";
import type { Env } from "@/lib/server/env";
import { currentTraceId } from "@/lib/server/trace";
import { programVersion } from "@/lib/server/version";
import { prettyLine } from "./pretty-line";

/**
 * The log of this process, on standard error. Each line has the version and the process, and one about a traced request its trace.
 * @param mask Takes secrets out of a line.
 * @param instance The id of this process in the access log, once it has one.
 */
export function makeLog(
  { logLevel, logFormat }: Pick<Env, "logLevel" | "logFormat">,
  mask: (line: string) => string,
  instance: () => string | undefined,
): Logger {
  const output = pino.destination(2);
  const isPretty = (logFormat ?? (process.stderr.isTTY ? "pretty" : "json")) === "pretty";
  const colors = Boolean(process.stderr.isTTY) && !process.env.NO_COLOR;
  return pino(
    {
      hooks: { streamWrite: mask },
      level: logLevel,
      base: { version: programVersion, pid: process.pid },
      mixin: (facts) => ({
        instance: instance(),
        ...(isAboutRequest(facts) && { traceId: currentTraceId() }),
      }),
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { error: errorFacts },
    },
    isPretty ? { write: (line) => void output.write(prettyLine(line, colors)) } : output,
  );
}

/**
 * Whether a line is about the request that is being answered. Others can come from its trace as well, such as that of a connection which
 * the request happened to open.
 */
function isAboutRequest(facts: object): boolean {
  return "requestId" in facts || ("source" in facts && facts.source === "console");
}

/** What the log contains of an error. Nothing else, because libraries attach data to errors that may be secret. */
function errorFacts(error: unknown) {
  if (!(error instanceof Error)) return error;
  const { name, message, stack } = error;
  return { name, code: (error as { code?: unknown }).code, message, stack };
}
