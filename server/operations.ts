import type { IncomingMessage, ServerResponse } from "node:http";
import { AppError } from "@/lib/contracts/app-error";
import { errorResponse } from "@/lib/server/http/error-response";
import type { Runtime } from "@/lib/server/runtime";
import { writeResponse } from "./routes/node-http";
import type { RequestFacts } from "./routes/request-facts";

/** GET /api/health: the process can serve. Asks nothing. */
export function answerHealth(response: ServerResponse): void {
  send(response, 200, { status: "ok" });
}

const readyMs = 2000;

/**
 * GET /api/ready: whether what decisions depend on can be asked, within two seconds in all. 503 while the process stops, which
 * needs no check and is said at once.
 *
 * With `?checks=none` it says nothing else. Gateways ask so: an instance without a database still allows known keys for a while
 * and then answers 503 in its own words, and when the database is away it is away for all instances at once.
 */
export async function answerReady(
  { url = "" }: IncomingMessage,
  response: ServerResponse,
  server: Runtime,
  isStopping: boolean,
): Promise<void> {
  if (isStopping) {
    const checks = {
      database: said(server.engine.leaseKeeper.holdsLease),
      access_log: said(server.engine.accessLog.healthy),
    };
    return send(response, 503, { status: "stopping", checks });
  }
  if (url.endsWith("?checks=none")) return send(response, 200, { status: "ok", checks: {} });
  const asksRedis = server.env.redisUrls.length > 0;
  const [database, redis] = await Promise.all([
    answers(() => server.pool.query({ text: "SELECT 1", query_timeout: readyMs } as never)),
    asksRedis && answers(() => server.engine.limitSharing.reachesRedis()),
  ]);
  const accessLog = database && server.engine.accessLog.healthy;
  const checks = {
    database: said(database),
    ...(asksRedis && { redis: said(redis) }),
    access_log: said(accessLog),
  };
  // Without Redis, PostgreSQL shares the limits.
  const ready = database && accessLog;
  send(response, ready ? 200 : 503, { status: ready ? "ok" : "unavailable", checks });
}

/** What is no route of this server. */
export function answerNotFound(
  request: IncomingMessage,
  response: ServerResponse,
  { requestId }: RequestFacts,
  server: Runtime,
): void {
  response.setHeader("X-Request-Id", requestId);
  const answer = errorResponse(new AppError("not_found"), requestId, server);
  void writeResponse(response, answer, request.method === "HEAD");
}

function said(isThere: boolean): "ok" | "unavailable" {
  return isThere ? "ok" : "unavailable";
}

/** Waiting for a free connection counts as well. */
async function answers(ask: () => Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), readyMs);
  });
  const answer = ask().then(
    (answer) => answer !== false,
    () => false,
  );
  return await Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, {
    "Content-Type": "application/json; charset=utf-8",
    "Cache-Control": "no-store",
  });
  response.end(JSON.stringify(body));
}
