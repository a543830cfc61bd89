import { isIP } from "node:net";
import { Agent, buildConnector, request } from "undici";
import { startLimit } from "../request-limit";
import { traceHeaders } from "../trace";
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

/** TLS checks the certificate against the name, not against the address. */
const connect = buildConnector({
  timeout: timeoutMs,
  autoSelectFamilyAttemptTimeout: 1_000,
  lookup: (hostname, options, callback) => {
    findEndpointAddresses(hostname).then(
      (addresses) => {
        const found = addresses.map((address) => ({ address, family: isIP(address) }));
        if (options.all) callback(null, found);
        else callback(null, found[0]?.address ?? "", found[0]?.family);
      },
      (error: Error) => callback(error, []),
    );
  },
});

/**
 * Connections are kept for a while. Each is made to an address that was checked for it: the name is resolved once, and the connection
 * goes to the resolved address, so a name that changes its address in between (DNS rebinding) gains nothing. Each host name has
 * connections of its own, as many as are needed: workspaces whose endpoints share a host don't wait for each other.
 */
const endpointAgent = new Agent({
  pipelining: 1,
  // Shorter than the time after which most servers close an idle connection.
  keepAliveTimeout: 4_000,
  keepAliveMaxTimeout: 10_000,
  // Reconnect even if a connection is in use, to follow a host name whose address has changed.
  clientTtl: 60_000,
  headersTimeout: timeoutMs,
  bodyTimeout: timeoutMs,
  maxHeaderSize: 16 * 1024,
  connect(options, callback) {
    if (isIP(options.hostname) === 0) return void connect(options, callback);
    // An address isn't looked up, so it is checked here.
    findEndpointAddresses(options.hostname).then(
      () => connect(options, callback),
      (error: Error) => callback(error, null),
    );
  },
});

/**
 * Sends one request with an event. Never throws: what went wrong is in the attempt. A redirect is an answer like any other. A 2xx
 * counts as soon as it has arrived; the rest of the answer is only read for the people who look at the attempt.
 * @param abort Ends it early. Then the result is null, because the attempt says nothing about the endpoint.
 */
export function postEvent(request: EventRequest): Promise<AttemptResult>;
export function postEvent(request: EventRequest, abort: AbortSignal): Promise<AttemptResult | null>;
export async function postEvent(
  { endpointUrl, eventId, body, secrets }: EventRequest,
  abort?: AbortSignal,
): Promise<AttemptResult | null> {
  const startedAt = Date.now();
  const began = performance.now();
  const headers = signatureHeaders(secrets, eventId, body, Math.floor(startedAt / 1000));
  const limit = startLimit(timeoutMs, abort);
  const done = (
    given: Pick<Attempt, "status" | "error"> & { answer?: string },
    retryAfterMs: number | null,
  ) => ({
    attempt: {
      at: new Date(startedAt).toISOString(),
      latencyMs: Math.round(performance.now() - began),
      answer: "",
      ...given,
      signature: headers["X-Keyward-Signature"],
    },
    retryAfterMs,
  });
  try {
    const answered = request(endpointUrl, {
      method: "POST",
      body,
      dispatcher: endpointAgent,
      signal: limit.signal,
      headers: {
        "Content-Type": "application/json",
        "User-Agent": "Keyward-Events/1",
        ...traceHeaders(),
        ...headers,
      },
    });
    // undici heeds the signal only once it is connected.
    const response = await Promise.race([answered, limit.reached]);
    const { statusCode: status } = response;
    const isSuccess = status >= 200 && status < 300;
    const retryAfter = response.headers["retry-after"];
    const answer = await readAnswer(response.body);
    return done(
      { status, error: isSuccess ? null : failureOf(status), answer },
      parseRetryAfter(Array.isArray(retryAfter) ? retryAfter[0] : retryAfter),
    );
  } catch (error) {
    if (abort?.aborted) return null;
    const isLate = limit.signal.aborted;
    return done(
      {
        status: null,
        error: isLate ? "No answer within 10 seconds." : wordsFor(error as NodeJS.ErrnoException),
      },
      null,
    );
  } finally {
    limit.end();
  }
}

/** An attempt that failed before anything was sent. */
export function failedAttempt(error: string): AttemptResult {
  const attempt = {
    at: new Date().toISOString(),
    latencyMs: 0,
    status: null,
    error,
    answer: "",
    signature: "",
  };
  return { attempt, retryAfterMs: null };
}

/** The beginning of an answer. Reading ends with the first 64 KiB, or with the time: an endless answer costs no more. */
async function readAnswer(body: AsyncIterable<Buffer>): Promise<string> {
  const kept: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      if (size < keptAnswerBytes) kept.push(chunk.subarray(0, keptAnswerBytes - size));
      size += chunk.byteLength;
      if (size > longestAnswerBytes) break;
    }
  } catch {
    // The status has arrived, and that is what counts.
  }
  // NUL can't be stored in PostgreSQL.
  return Buffer.concat(kept).toString("utf8").replaceAll("\0", "\uFFFD");
}

function failureOf(status: number): string {
  if (status >= 300 && status < 400) return `It answered ${status}. Redirects aren’t followed.`;
  return `It answered ${status}.`;
}

const words: Record<string, string> = {
  ECONNREFUSED: "The connection was refused.",
  ECONNRESET: "The connection was closed before an answer.",
  EHOSTUNREACH: "The host can’t be reached.",
  ENETUNREACH: "The host can’t be reached.",
  EPIPE: "The connection was closed before an answer.",
  EPROTO: "The TLS handshake failed.",
  ETIMEDOUT: "No answer within 10 seconds.",
  UND_ERR_BODY_TIMEOUT: "No answer within 10 seconds.",
  UND_ERR_CONNECT_TIMEOUT: "No answer within 10 seconds.",
  UND_ERR_HEADERS_OVERFLOW: "The headers of the answer are too large.",
  UND_ERR_HEADERS_TIMEOUT: "No answer within 10 seconds.",
  UND_ERR_SOCKET: "The connection was closed before an answer.",
};

function wordsFor(error: NodeJS.ErrnoException): string {
  if (error instanceof EndpointRefused) return error.message;
  const { code, name } = error;
  if (code && words[code]) return words[code];
  if (code && isAboutCertificate.test(code)) return `Its certificate isn’t valid (${code}).`;
  if (name === "HTTPParserError") return "The answer isn’t valid HTTP.";
  if (code?.startsWith("ERR_SSL_")) return `The TLS handshake failed (${code}).`;
  return `No answer (${code ?? name}).`;
}

/** The codes of OpenSSL's verification, and of Node.js's check of the name. */
const isAboutCertificate =
  /CERT|SELF_SIGNED|UNABLE_TO_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH|HOSTNAME_MISMATCH/;
