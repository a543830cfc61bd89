import { Agent, buildConnector, request } from "undici";
import { EndpointRefused, findEndpointAddresses } from "./endpoint-address";
import { parseRetryAfter } from "./retry-delay";
import { signatureHeaders } from "./sign-delivery";

const timeoutMs = 10_000;
/** More of an answer isn't read, and the connection is closed. */
const longestAnswerBytes = 64 * 1024;
/** So much of an answer is stored. */
const keptAnswerBytes = 4 * 1024;

export type EventRequest = { endpointUrl: string; eventId: string; body: string; secrets: readonly Buffer[] };
/** The result of one attempt, in the form in which it is stored. */
export type Attempt = {
  at: string;
  latencyMs: number;
  /** Null if there was no answer. */
  status: number | null;
  /** Why it failed. Null for a 2xx. */
  error: string | null;
  answer: string;
  /** `X-Keyward-Signature` as it was sent. */
  signature: string;
};
export type AttemptResult = { attempt: Attempt; retryAfterMs: number | null };

const connect = buildConnector({ timeout: timeoutMs });

/**
 * Connections are kept for a while. Each is made to an address that was checked for it: the name is resolved once, and the connection
 * goes to the resolved address, so a name that changes its address in between (DNS rebinding) gains nothing. TLS still checks the
 * certificate against the name.
 */
export const endpointAgent = new Agent({
  connections: 16,
  pipelining: 1,
  keepAliveTimeout: 10_000,
  headersTimeout: timeoutMs,
  bodyTimeout: timeoutMs,
  maxHeaderSize: 16 * 1024,
  connect(options, callback) {
    findEndpointAddresses(options.hostname)
      .then(([address]) => connect({ ...options, hostname: address as string }, callback))
      .catch((error: Error) => callback(error, null));
  },
});

/** Sends one request with an event. Never throws: what went wrong is in the attempt. A redirect is an answer like any other. */
export async function postEvent(
  { endpointUrl, eventId, body, secrets }: EventRequest,
  abort?: AbortSignal,
): Promise<AttemptResult> {
  const startedAt = Date.now();
  const headers = signatureHeaders(secrets, eventId, body, Math.floor(startedAt / 1000));
  const began = performance.now();
  const done = (
    status: number | null,
    error: string | null,
    answer = "",
    retryAfterMs: number | null = null,
  ) => ({
    attempt: {
      at: new Date(startedAt).toISOString(),
      latencyMs: Math.round(performance.now() - began),
      status,
      error,
      answer,
      signature: headers["X-Keyward-Signature"],
    },
    retryAfterMs,
  });
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await request(endpointUrl, {
      method: "POST",
      body,
      dispatcher: endpointAgent,
      signal: abort ? AbortSignal.any([timeout, abort]) : timeout,
      headers: { "Content-Type": "application/json", "User-Agent": "Keyward-Events/1", ...headers },
    });
    const answer = await readAnswer(response.body);
    const { statusCode } = response;
    const isSuccess = statusCode >= 200 && statusCode < 300;
    const retryAfter = response.headers["retry-after"];
    return done(
      statusCode,
      isSuccess ? null : failureOf(statusCode),
      answer,
      parseRetryAfter(Array.isArray(retryAfter) ? retryAfter[0] : retryAfter),
    );
  } catch (error) {
    return done(
      null,
      timeout.aborted ? "No answer within 10 seconds." : wordsFor(error as NodeJS.ErrnoException),
    );
  }
}

/** The beginning of an answer. Reading ends with the first 64 KiB: an endless answer costs no more. */
async function readAnswer(body: AsyncIterable<Buffer> & { destroy(): unknown }): Promise<string> {
  const kept: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    if (size < keptAnswerBytes) kept.push(chunk.subarray(0, keptAnswerBytes - size));
    size += chunk.byteLength;
    if (size > longestAnswerBytes) break;
  }
  // NUL can't be stored in PostgreSQL.
  return Buffer.concat(kept).toString("utf8").replaceAll("\0", "\uFFFD");
}

function failureOf(status: number): string {
  if (status >= 300 && status < 400) return `It answered ${status}. Redirects aren’t followed.`;
  return `It answered ${status}.`;
}

function wordsFor(error: NodeJS.ErrnoException): string {
  if (error instanceof EndpointRefused) return error.message;
  if (error.code === "ECONNREFUSED") return "The connection was refused.";
  if (error.code === "ECONNRESET" || error.code === "UND_ERR_SOCKET")
    return "The connection was closed before an answer.";
  if (
    error.code?.startsWith("ERR_TLS") ||
    error.code?.includes("CERT") ||
    error.code?.includes("SELF_SIGNED")
  )
    return `Its certificate isn’t valid (${error.code}).`;
  if (error.code?.startsWith("UND_ERR_") && error.code.endsWith("TIMEOUT"))
    return "No answer within 10 seconds.";
  return `No answer (${error.code ?? error.name}).`;
}
