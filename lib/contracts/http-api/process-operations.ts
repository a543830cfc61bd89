import { z } from "zod";
import { named } from "./named-schemas";
import type { Operations } from "./operation";

const healthAnswer = named("Health", z.object({ status: z.literal("ok") }));
export type HealthAnswer = z.infer<typeof healthAnswer>;

const check = z.enum(["ok", "unavailable"]).optional();
const readinessAnswer = named(
  "Readiness",
  z.object({
    status: z.enum(["ok", "unavailable", "stopping"]),
    checks: z
      .object({ database: check, redis: check, access_log: check })
      .meta({ description: "Empty with `checks=none`. `redis` only where Redis is used." }),
  }),
);
export type ReadinessAnswer = z.infer<typeof readinessAnswer>;

/** What the process answers for the programs around it. */
export const processOperations = {
  answerPreflight: {
    method: "OPTIONS",
    path: "/api/preflight",
    tag: "Gateways",
    summary: "Answer a CORS preflight in place of the API behind a gateway",
    description:
      "Allows what is asked for if the origin is in API_CORS_ORIGINS; the request itself is judged when it comes.",
    access: "none",
    status: 204,
    answer: null,
    errors: [],
  },
  getHealth: {
    method: "GET",
    path: "/api/health",
    tag: "Operations",
    summary: "Tell whether the process can serve",
    description: "Asks nothing that the process depends on.",
    access: "none",
    answer: healthAnswer,
    errors: [],
  },
  getReadiness: {
    method: "GET",
    path: "/api/ready",
    tag: "Operations",
    summary: "Tell whether decisions can be made",
    description: "Answers within two seconds. 503 while the process stops.",
    access: "none",
    query: z.object({
      checks: z.literal("none").optional().meta({
        description: "Only says whether the process is stopping. For gateways with several instances.",
      }),
    }),
    answer: readinessAnswer,
    otherAnswers: {
      503: { description: "A check failed, or the process is stopping.", schema: readinessAnswer },
    },
    errors: [],
  },
  getOpenApi: {
    method: "GET",
    path: "/openapi.json",
    tag: "Operations",
    summary: "Get this description",
    access: "none",
    headers: { "If-None-Match": { description: "ETags that the client has.", schema: z.string() } },
    answer: named("OpenApi", z.looseObject({ openapi: z.string() })),
    answerHeaders: { ETag: "Changes with the description.", "Cache-Control": "How long it may be kept." },
    otherAnswers: { 304: { description: "The client has the description.", schema: null } },
    errors: [],
  },
} as const satisfies Operations;
export type ProcessOperations = typeof processOperations;
