import { hash, timingSafeEqual } from "node:crypto";
import { collectDefaultMetrics, Gauge, Registry } from "prom-client";
import { AppError } from "@/lib/contracts/app-error";
import { errorResponse } from "@/lib/server/http/error-response";
import type { Runtime } from "@/lib/server/runtime";
import { writeResponse } from "./routes/node-http";
import type { ProcessRequest } from "./routes/process-request";

/** Created with the first scrape, so that an instance that nobody scrapes measures nothing. */
let processMetrics: Registry | null = null;

/** GET /metrics: what this process measures, as Prometheus text. Doesn't ask the database. 404 while METRICS_TOKEN is unset. */
export async function answerMetrics({ request, response, facts, server }: ProcessRequest): Promise<void> {
  const { metricsToken } = server.env;
  const isAllowed = metricsToken !== null && isToken(request.headers.authorization, metricsToken);
  if (!isAllowed) {
    const error = new AppError(metricsToken === null ? "not_found" : "invalid_key");
    return writeResponse(response, errorResponse(error, facts.requestId, server), request.method === "HEAD");
  }
  if (!processMetrics) {
    processMetrics = new Registry();
    collectDefaultMetrics({ register: processMetrics });
  }
  const registry = Registry.merge([processMetrics, instanceMetrics(server)]);
  const text = await registry.metrics();
  response.writeHead(200, { "Content-Type": registry.contentType, "Cache-Control": "no-store" });
  response.end(request.method === "HEAD" ? undefined : text);
}

/** Compares digests, so that the time tells neither the token nor its length. */
function isToken(authorization: string | undefined, token: string): boolean {
  const given = /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1] ?? "";
  return timingSafeEqual(hash("sha256", given, "buffer"), hash("sha256", token, "buffer"));
}

function instanceMetrics({ engine, pool }: Runtime): Registry {
  const registry = new Registry();
  const add = (name: string, help: string, value: number) =>
    new Gauge({ name, help, registers: [registry] }).set(value);
  add("keyward_lease_held", "1 while this instance holds its lease.", Number(engine.leaseKeeper.holdsLease));
  add("keyward_access_log_healthy", "1 while entries can be written.", Number(engine.accessLog.healthy));
  add("keyward_access_log_undrained_entries", "Entries on disk only.", engine.accessLog.undrained);
  add("keyward_access_log_refused_entries", "Entries that the disk refused.", engine.accessLog.refused);
  add("keyward_database_connections", "Open database connections.", pool.totalCount);
  add("keyward_database_connections_idle", "Database connections that are free.", pool.idleCount);
  add("keyward_database_requests_waiting", "Requests that wait for a connection.", pool.waitingCount);
  return registry;
}
