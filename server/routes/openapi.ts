import { hash } from "node:crypto";
import { openApiDocument } from "@/lib/contracts/http-api/openapi-document";
import type { Env } from "@/lib/server/env";
import { releaseVersion } from "@/lib/server/version";
import type { ProcessRequest } from "./process-request";

/** Built once, because it doesn't change while the process runs. */
const documents = new WeakMap<Env, { body: Buffer; etag: string }>();

function documentOf(env: Env): { body: Buffer; etag: string } {
  let document = documents.get(env);
  if (!document) {
    const { productName, apiBaseUrl, appUrl } = env;
    const description = { productName, baseUrl: apiBaseUrl, appUrl, version: releaseVersion };
    const body = Buffer.from(JSON.stringify(openApiDocument(description)));
    document = { body, etag: `"${hash("sha256", body, "base64url")}"` };
    documents.set(env, document);
  }
  return document;
}

/** GET /openapi.json: the description of the HTTP API. Needs no key. Any cache may keep it for five minutes. */
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

/** Weak comparison (RFC 9110 §13.1.2), because a proxy that compresses the response makes the tag weak. */
function isKnown(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.trim() === "*" || header.split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag);
}
