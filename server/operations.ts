import type { ServerResponse } from "node:http";
import type { HealthAnswer, ReadinessAnswer } from "@/lib/contracts/http-api/process-operations";
import { programVersion } from "@/lib/server/version";
import type { ProcessRequest } from "./routes/process-request";

/** GET /api/health: the process is running. Checks nothing else. */
export function answerHealth({ response }: ProcessRequest): void {
  send(response, 200, { status: "ok", version: programVersion });
}

const readyTimeoutMs = 2000;

/**
 * GET /api/ready: whether everything that decisions depend on answers, within two seconds in total. While the process is
 * stopping it is 503 immediately.
 *
 * With `?checks=none`, for gateways, it is 503 only while the process is stopping. Without a database, an instance still allows
 * known keys for a while and then answers 503 itself, and the database is usually unavailable for all instances at once.
 */
export async function answerReady({ request, response, server, isStopping }: ProcessRequest): Promise<void> {
  const { url = "" } = request;
  if (isStopping) {
    const checks = {
      database: statusText(server.engine.leaseKeeper.holdsLease),
      access_log: statusText(server.engine.accessLog.healthy),
    };
    return send(response, 503, { status: "stopping", checks });
  }
  if (url.endsWith("?checks=none")) return send(response, 200, { status: "ok", checks: {} });
  const asksRedis = server.env.redisUrls.length > 0;
  const [database, redis] = await Promise.all([
    respondsInTime(() => server.pool.query({ text: "SELECT 1", query_timeout: readyTimeoutMs } as never)),
    asksRedis && respondsInTime(() => server.engine.limitSharing.reachesRedis()),
  ]);
  const accessLog = database && server.engine.accessLog.healthy;
  const checks = {
    database: statusText(database),
    ...(asksRedis && { redis: statusText(redis) }),
    access_log: statusText(accessLog),
  };
  // Redis isn't required: without it, PostgreSQL shares the rate limits.
  const ready = database && accessLog;
  send(response, ready ? 200 : 503, { status: ready ? "ok" : "unavailable", checks });
}

function statusText(isThere: boolean): "ok" | "unavailable" {
  return isThere ? "ok" : "unavailable";
}

/** Waiting for a free connection counts towards the timeout. */
async function respondsInTime(ask: () => Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timedOut = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), readyTimeoutMs);
  });
  const answer = ask().then(
    (answer) => answer !== false,
    () => false,
  );
  return await Promise.race([answer, timedOut]).finally(() => clearTimeout(timer));
}

function send(response: ServerResponse, status: number, body: HealthAnswer | ReadinessAnswer): void {
  response.writeHead(status, {
    "Content-Type": "application/json; charset=utf-8",
    "Cache-Control": "no-store",
  });
  response.end(JSON.stringify(body));
}
