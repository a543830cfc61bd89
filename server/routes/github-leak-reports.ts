import { AppError } from "@/lib/contracts/app-error";
import { githubLeakReport } from "@/lib/contracts/leak-input";
import { hashOfSecret } from "@/lib/engine/keys/key-format";
import type { Env } from "@/lib/server/env";
import { errorResponse } from "@/lib/server/http/error-response";
import { decodeUtf8, parseInput, parseJson, readBytes } from "@/lib/server/http/read-body";
import { makeOrigin } from "@/lib/server/http/request-origin";
import { findKnownSecrets, reportLeaks } from "@/lib/server/keys/leak-reports";
import { GithubKeys, isSignedBy } from "./github-keys";
import { toRequest, writeResponse } from "./node-http";
import type { ProcessRequest } from "./process-request";

/** GitHub sends many matches in one request. */
const maximumBytes = 1024 * 1024;

/** Known while the process runs. */
const keysOf = new WeakMap<Env, GithubKeys>();

/**
 * POST /api/leaks: GitHub's secret scanning reports keys (docs/http-api.md, 7.1). Only a report that GitHub signed is read, so the
 * answer can say which of the matches are keys. Never throws.
 */
export async function answerGithubLeakReport(context: ProcessRequest): Promise<void> {
  const { request, response, facts, server } = context;
  response.setHeader("Cache-Control", "no-store");
  try {
    const signed = await readSigned(toRequest(request, server.env.appUrl), server.env);
    const matches = parseInput(parseJson(decodeUtf8(signed)), githubLeakReport);
    const known = await findKnownSecrets(matches.map(({ token }) => token));
    const found = matches.map(({ token, url }) => ({ text: token, url }));
    await reportLeaks(found, makeOrigin(facts.clientIp, facts.userAgent, facts.requestId));
    const feedback = matches.map(({ token, type }) => ({
      token_hash: hashOfSecret(token),
      token_type: type,
      label: known.has(token) ? "true_positive" : "false_positive",
    }));
    await writeResponse(response, Response.json(feedback), false);
  } catch (error) {
    const answer = errorResponse(error, facts.requestId, server);
    if (answer.status === 401) response.setHeader("WWW-Authenticate", 'Signature realm="keyward"');
    await writeResponse(response, answer, false);
  }
}

/**
 * The body, if GitHub signed it.
 * @throws AppError `invalid_request` without a signature; `invalid_key` if it isn't GitHub's; `payload_too_large`; `unavailable`.
 */
async function readSigned(request: Request, env: Env): Promise<Buffer> {
  const identifier = request.headers.get("github-public-key-identifier") ?? "";
  const signature = request.headers.get("github-public-key-signature") ?? "";
  // Headers that were sent twice are joined by a comma, and don't match.
  if (!/^[\w-]{1,128}$/.test(identifier) || !/^[A-Za-z0-9+/]{8,200}={0,2}$/.test(signature))
    throw new AppError(
      "invalid_request",
      "Send the headers Github-Public-Key-Identifier and Github-Public-Key-Signature, each once.",
    );
  // Before the body is read, so that a stranger can't make this process hold large bodies.
  const key = await githubKeys(env).find(identifier);
  const body = await readBytes(
    request,
    maximumBytes,
    () => new AppError("payload_too_large", "A report may have 1 MiB."),
  );
  if (!isSignedBy(key, body, Buffer.from(signature, "base64")))
    throw new AppError("invalid_key", "Github-Public-Key-Signature is not the signature of this body.");
  return body;
}

function githubKeys(env: Env): GithubKeys {
  const keys = keysOf.get(env) ?? new GithubKeys(env.leakReportKeysUrl);
  keysOf.set(env, keys);
  return keys;
}
