import { hash, timingSafeEqual } from "node:crypto";
import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";
import { AppError } from "@/lib/contracts/app-error";
import { errorResponse } from "@/lib/server/http/error-response";
import type { Runtime } from "@/lib/server/runtime";
import { writeResponse } from "./routes/node-http";
import type { ProcessRequest } from "./routes/process-request";
import { jobResults } from "./upkeep";

/**
 * GET /metrics: the metrics of this process in the text format of Prometheus, for who has METRICS_TOKEN. No label has a value that
 * clients or members choose, so the number of series is bounded.
 */
export async function answerMetrics({ request, response, facts, server }: ProcessRequest): Promise<void> {
  let answer: Response;
  try {
    requireToken(request.headers.authorization, server.env.metricsToken);
    const registry = registryOf(server);
    answer = new Response(await registry.metrics(), {
      headers: { "content-type": registry.contentType, "cache-control": "no-store" },
    });
  } catch (error) {
    answer = errorResponse(error, facts.requestId, server);
  }
  await writeResponse(response, answer, request.method === "HEAD");
}

/** @throws AppError `not_found` while there is no token; `missing_key`, `invalid_key` */
function requireToken(authorization: string | undefined, token: string | null): void {
  if (token === null) throw new AppError("not_found");
  const [, presented] = /^bearer +(\S+)$/i.exec(authorization?.trim() ?? "") ?? [];
  if (presented === undefined)
    throw new AppError("missing_key", "Send METRICS_TOKEN as Authorization: Bearer TOKEN.");
  const digest = (text: string) => hash("sha256", text, "buffer");
  if (!timingSafeEqual(digest(presented), digest(token)))
    throw new AppError("invalid_key", "The metrics token isn't valid.");
}

const registries = new WeakMap<Runtime, Registry>();

function registryOf(server: Runtime): Registry {
  const known = registries.get(server);
  if (known) return known;
  const registry = new Registry();
  registries.set(server, registry);
  collectDefaultMetrics({ register: registry });
  addGauges(registry, server);
  addCounters(registry, server);
  return registry;
}

/** Read when they are asked for, so that they cost nothing otherwise. */
function addGauges(registry: Registry, { engine, pool, logStreams }: Runtime): void {
  const { accessLog, leaseKeeper } = engine;
  const gauges: [name: string, help: string, read: () => number][] = [
    [
      "keyward_lease_held",
      "1 while the process may decide from memory.",
      () => Number(leaseKeeper.holdsLease),
    ],
    [
      "keyward_lease_remaining_seconds",
      "How long the process may decide from memory without another renewal.",
      () => Math.max(0, ((leaseKeeper.lease?.until.mono ?? 0) - performance.now()) / 1000),
    ],
    [
      "keyward_lease_epoch",
      "The latest change of a key, member or workspace that was applied.",
      () => leaseKeeper.lease?.applied ?? 0,
    ],
    [
      "keyward_access_log_healthy",
      "1 if the last entry could be written to disk.",
      () => Number(accessLog.healthy),
    ],
    [
      "keyward_access_log_undrained_entries",
      "Entries on this disk that aren't in the database yet.",
      () => accessLog.undrained,
    ],
    ["keyward_access_log_streams", "Live views of the access log.", () => logStreams.size],
    ["keyward_database_connections", "Connections of the pool.", () => pool.totalCount],
    ["keyward_database_connections_idle", "Connections of the pool that nobody uses.", () => pool.idleCount],
    ["keyward_database_waiting", "Queries that wait for a connection of the pool.", () => pool.waitingCount],
  ];
  for (const [name, help, read] of gauges)
    new Gauge({
      ...{ name, help, registers: [registry] },
      collect() {
        this.set(read());
      },
    });
  new Gauge({
    name: "keyward_job_last_duration_seconds",
    help: "How long the last run of a periodic job took.",
    labelNames: ["job"],
    registers: [registry],
    collect() {
      for (const [job, { lastSeconds }] of jobResults) this.set({ job }, lastSeconds);
    },
  });
}

function addCounters(registry: Registry, { engine: { accessLog } }: Runtime): void {
  const registers = [registry];
  new Counter({
    name: "keyward_decisions_total",
    help: "Decisions about keys, and sign-ins (source console), by source and code; valid if allowed.",
    labelNames: ["source", "code"],
    registers,
    collect() {
      this.reset();
      for (const [source, counts] of Object.entries(accessLog.counts))
        for (const [code, count] of Object.entries(counts)) this.inc({ source, code }, count);
    },
  });
  new Counter({
    name: "keyward_access_log_refused_total",
    help: "Entries that couldn't be written to disk. If the log is required, their requests were answered 503.",
    registers,
    collect() {
      this.reset();
      this.inc(accessLog.refused);
    },
  });
  for (const [name, help, field] of [
    ["keyward_job_runs_total", "Runs of each periodic job.", "runs"],
    ["keyward_job_failures_total", "Failed runs of each periodic job.", "failures"],
  ] as const)
    new Counter({
      ...{ name, help, labelNames: ["job"], registers },
      collect() {
        this.reset();
        for (const [job, result] of jobResults) this.inc({ job }, result[field]);
      },
    });
}
