import type { Json } from "./openapi-types";
import type { HeaderDescription } from "./operation";

/** The headers that operations share, described once in the document. */
export const responseHeaders = {
  "X-Request-Id": {
    description: "The id of this request: the client's if it sent a valid one, otherwise a new one.",
    required: true,
    schema: { type: "string" },
  },
  "RateLimit-Policy": {
    description: 'The limit of the key, such as `"default";q=600;w=60`.',
    schema: { type: "string" },
  },
  RateLimit: {
    description:
      'Remaining requests, and the seconds until more are available, such as `"default";r=599;t=1`.',
    schema: { type: "string" },
  },
  "X-RateLimit-Limit": { description: "Requests per minute.", schema: { type: "integer" } },
  "X-RateLimit-Remaining": { description: "Remaining requests.", schema: { type: "integer" } },
  "X-RateLimit-Reset": {
    description: "Unix time in seconds when the full limit is available again.",
    schema: { type: "integer" },
  },
  "Retry-After": {
    description: "Seconds to wait before the next request.",
    schema: { type: "integer", minimum: 1 },
  },
  "WWW-Authenticate": {
    description: "The challenge of RFC 6750. It has no `error` if no credential was sent.",
    schema: { type: "string" },
  },
};
export type HeaderName = keyof typeof responseHeaders;
export const rateLimitHeaders: HeaderName[] = [
  "RateLimit-Policy",
  "RateLimit",
  "X-RateLimit-Limit",
  "X-RateLimit-Remaining",
  "X-RateLimit-Reset",
];

/** References to shared headers. */
export function headersOf(names: HeaderName[]): Json {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

/** The headers that only one operation has. */
export function ownHeaders(headers: Record<string, HeaderDescription> = {}): Json {
  return Object.fromEntries(
    Object.entries(headers).map(([name, header]) => {
      const isText = typeof header === "string";
      const description = isText ? header : header.description;
      return [name, { description, required: isText, schema: { type: "string" } }];
    }),
  );
}
