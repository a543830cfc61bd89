import { hash, timingSafeEqual } from "node:crypto";
import { collectDefaultMetrics, Registry } from "prom-client";
import { AppError } from "@/lib/contracts/app-error";
import { errorResponse } from "@/lib/server/http/error-response";
import type { Runtime } from "@/lib/server/runtime";
import { addCounters } from "./metrics/counters";
import { addGauges } from "./metrics/gauges";
import { addDecisionSeconds } from "./metrics/histogram";
import { writeResponse } from "./routes/node-http";
import type { ProcessRequest } from "./routes/process-request";

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

/** Everything is read when it is asked for, so that it costs nothing otherwise. */
function registryOf(server: Runtime): Registry {
  const known = registries.get(server);
  if (known) return known;
  const registry = new Registry();
  registries.set(server, registry);
  collectDefaultMetrics({ register: registry });
  addGauges(registry, server);
  addCounters(registry, server);
  addDecisionSeconds(registry, server);
  return registry;
}
