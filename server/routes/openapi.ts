import { hash } from "node:crypto";
import { openApiDocument } from "@/lib/contracts/http-api/openapi-document";
import type { Env } from "@/lib/server/env";
import packageJson from "@/package.json" with { type: "json" };
import type { ProcessRequest } from "./process-request";

/** It is the same for as long as the process runs. */
const documents = new WeakMap<Env, { body: Buffer; etag: string }>();

function documentOf(env: Env): { body: Buffer; etag: string } {
  let document = documents.get(env);
  if (!document) {
    const { productName, apiBaseUrl, appUrl } = env;
    const { version } = packageJson;
    const body = Buffer.from(
      JSON.stringify(openApiDocument({ productName, baseUrl: apiBaseUrl, appUrl, version })),
    );
    document = { body, etag: `"${hash("sha256", body, "base64url")}"` };
    documents.set(env, document);
  }
  return document;
}

/** GET /openapi.json: the description of this interface. It needs no key, and may be cached by anyone for five minutes. */
export function answerOpenApi({ request, response, server }: ProcessRequest): void {
  const { body, etag } = documentOf(server.env);
  response.setHeader("ETag", etag);
  response.setHeader("Cache-Control", "public, max-age=300");
  if (isKnown(request.headers["if-none-match"], etag)) {
    response.writeHead(304).end();
    return;
  }
  response.writeHead(200, {
    "Content-Type": "application/json; charset=utf-8",
    "Content-Length": body.length,
  });
  response.end(request.method === "HEAD" ? undefined : body);
}

/** Compares weakly, as RFC 9110 §13.1.2 has it: a proxy that compresses marks the tag as weak. */
function isKnown(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.trim() === "*" || header.split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag);
}
