import type { ServerResponse } from "node:http";
import { cleanText } from "@/lib/engine/log/clean-text";
import type { Runtime } from "@/lib/server/runtime";
import { readTraceparent } from "@/lib/server/trace";
import type { Answer } from "./fast-lane/answer";
import { isForwardAuthPath } from "./routes/forward-auth";
import type { RequestFacts } from "./routes/request-facts";

type Facts = { method: string | undefined; facts: RequestFacts; server: Runtime };

/** Whether a request gets a line in the log: a share of them, chosen at random (LOG_REQUESTS). */
export function isLogged({ env: { logRequests } }: Pick<Runtime, "env">): boolean {
  return logRequests > 0 && (logRequests >= 1 || Math.random() < logRequests);
}

/** Writes the line of a request of the fast lane after its answer. */
export function thenLog(request: Facts, send: (answer: Answer) => void): (answer: Answer) => void {
  const startedAt = performance.now();
  return (answer) => {
    send(answer);
    writeLine(request, startedAt, { status: answer.status });
  };
}

/** Writes the line of a request of node:http when its answer was sent, or the client has left before. */
export function logWhenAnswered(request: Facts, response: ServerResponse): void {
  const startedAt = performance.now();
  response.once("close", () =>
    writeLine(request, startedAt, {
      status: response.statusCode,
      ...(!response.writableFinished && { aborted: true }),
    }),
  );
}

/**
 * Queries are left out: they contain searches, tokens and sometimes keys. Paths and everything else are masked with the line, like all
 * of the log.
 */
function writeLine({ method, facts, server }: Facts, startedAt: number, result: object): void {
  const { path, head, requestId, clientIp, keyId } = facts;
  const { originalMethod, originalUri } = head;
  const isQuestion = isForwardAuthPath(path) && originalMethod !== undefined && originalUri !== undefined;
  server.log.info(
    {
      method,
      path: pathForLog(path),
      ...(isQuestion && { about: cleanText(`${originalMethod} ${pathForLog(originalUri)}`, longest) }),
      ...result,
      ms: Math.round((performance.now() - startedAt) * 1000) / 1000,
      requestId,
      traceId: readTraceparent(head.traceparent)?.traceId,
      ip: clientIp,
      ...(keyId !== null && { keyId }),
    },
    "request",
  );
}

const longest = 512;

/** Without query and fragment, and without the token that a mailed link ends with. */
export function pathForLog(url: string): string | null {
  const [path = ""] = url.split(/[?#]/, 1);
  return cleanText(path.replace(/^\/invitations\/.*$/s, "/invitations/…"), longest);
}
