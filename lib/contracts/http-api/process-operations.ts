import { z } from "zod";
import { githubLeakFeedback, githubLeakReport, revokeCredentialsInput } from "../leak-input";
import { named } from "./named-schemas";
import type { Operations } from "./operation";

const healthAnswer = named(
  "Health",
  z.object({
    status: z.literal("ok"),
    version: z
      .string()
      .meta({ description: "The release, with the commit after a plus if the build knew it." }),
  }),
);
export type HealthAnswer = z.infer<typeof healthAnswer>;

const check = z.enum(["ok", "unavailable"]).optional();
const readinessAnswer = named(
  "Readiness",
  z.object({
    status: z.enum(["ok", "unavailable", "stopping"]),
    checks: z
      .object({ database: check, redis: check, access_log: check })
      .meta({ description: "Empty with `checks=none`. `redis` is present only if Redis is used." }),
  }),
);
export type ReadinessAnswer = z.infer<typeof readinessAnswer>;

/** Operations for monitoring and tools, without credentials. */
export const processOperations = {
  revokeCredentials: {
    method: "POST",
    path: "/credentials/revoke",
    tag: "Leaks",
    summary: "Revoke leaked keys",
    description:
      "For anyone who found keys. Those that are known are revoked; the answer is the same whether they are. At most 60 reports an hour from an address.",
    access: "none",
    body: named("RevokeCredentialsRequest", revokeCredentialsInput),
    bodyMayHoldKeys: true,
    status: 202,
    answer: null,
    errors: ["invalid_request", "payload_too_large", "rate_limit_exceeded", "internal_error", "unavailable"],
  },
  reportGithubLeaks: {
    method: "POST",
    path: "/api/leaks",
    tag: "Leaks",
    summary: "Revoke keys that GitHub found",
    description:
      "For GitHub's secret scanning partner program. The body is signed with one of GitHub's keys and may have 1 MiB.",
    access: "none",
    headers: {
      "Github-Public-Key-Identifier": {
        description: "Which of GitHub's keys signed the body.",
        schema: z.string(),
        required: true,
      },
      "Github-Public-Key-Signature": {
        description: "The ECDSA signature (P-256, SHA-256, DER) of the body in base64.",
        schema: z.string(),
        required: true,
      },
    },
    body: named("GithubLeakReport", githubLeakReport),
    bodyMayHoldKeys: true,
    answer: named("GithubLeakFeedback", githubLeakFeedback),
    errors: ["invalid_request", "invalid_key", "payload_too_large", "internal_error", "unavailable"],
  },
  answerPreflight: {
    method: "OPTIONS",
    path: "/api/preflight",
    tag: "Gateways",
    summary: "Answer a CORS preflight for the API behind a gateway",
    description:
      "Allows the requested method and headers if the origin is in API_CORS_ORIGINS. The request that follows is authorized separately.",
    access: "none",
    status: 204,
    answer: null,
    errors: [],
  },
  getHealth: {
    method: "GET",
    path: "/api/health",
    tag: "Operations",
    summary: "Check whether the process is alive",
    description: "Doesn't check the database or other dependencies.",
    access: "none",
    answer: healthAnswer,
    errors: [],
  },
  getReadiness: {
    method: "GET",
    path: "/api/ready",
    tag: "Operations",
    summary: "Check whether the process can decide",
    description: "Returns within two seconds. 503 while the process is stopping.",
    access: "none",
    query: z.object({
      checks: z.literal("none").optional().meta({
        description:
          "Skips all checks and only reports whether the process is stopping. For gateways with several instances.",
      }),
    }),
    answer: readinessAnswer,
    otherAnswers: {
      503: { description: "A check failed, or the process is stopping.", schema: readinessAnswer },
    },
    errors: [],
  },
  getMetrics: {
    method: "GET",
    path: "/metrics",
    tag: "Operations",
    summary: "Read the metrics of this process",
    description:
      "In the text format of Prometheus. Needs METRICS_TOKEN as `Authorization: Bearer`; 404 while the setting is not set.",
    access: "none",
    headers: {
      Authorization: { description: "`Bearer` and METRICS_TOKEN.", schema: z.string(), required: true },
    },
    answer: null,
    streams: ["text/plain"],
    errors: ["missing_key", "invalid_key", "not_found"],
  },
  getOpenApi: {
    method: "GET",
    path: "/openapi.json",
    tag: "Operations",
    summary: "Get this OpenAPI document",
    access: "none",
    headers: { "If-None-Match": { description: "The ETags of cached copies.", schema: z.string() } },
    answer: named("OpenApi", z.looseObject({ openapi: z.string() })),
    answerHeaders: {
      ETag: "Changes when the document changes.",
      "Cache-Control": "How long it can be cached.",
    },
    otherAnswers: { 304: { description: "The cached copy is current.", schema: null } },
    errors: [],
  },
} as const satisfies Operations;
export type ProcessOperations = typeof processOperations;
