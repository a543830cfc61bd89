import { AnswerCache } from "./answer-cache";
import { askKeyward, type Endpoint } from "./ask-keyward";
import { buildQuestion, type VerifyRequest } from "./build-question";
import { KeywardConfigurationError, KeywardError, KeywardUnavailableError } from "./keyward-error";
import { headerValues } from "./read-headers";
import { readKey } from "./read-key";
import { ownDenial, type Verdict } from "./verdict";

export type { VerifyRequest };

export type KeywardOptions = {
  /** Where Keyward answers, such as `http://127.0.0.1:3000`. */
  url: string | undefined;
  /** One of Keyward's service tokens. It can ask about every key: keep it out of browsers and logs. */
  serviceToken: string | undefined;
  /** How long an answer may take, including a second attempt. Default 2000. */
  timeoutMs?: number;
  /**
   * What happens while Keyward can't decide; no request passes in either case. `"throw"`: a KeywardUnavailableError. `"deny"`: a
   * denial 503 `unavailable`. Default: `verify` throws, and middleware answers 503 and calls `onError`.
   */
  onUnavailable?: "deny" | "throw";
  /** Called with each error that was answered with 503. Default: prints its message on standard error. */
  onError?: (error: KeywardError) => void;
  /**
   * For how many seconds a positive answer is used again, up to 300. Default 0: every request is asked about. The price: for so long
   * after a revocation the key may still pass, and requests answered from memory count towards no limit and are in no access log.
   */
  maxAgeSeconds?: number;
  /** The page that explains error codes, linked in denials. Default: `/docs/errors` at `url`. */
  docsUrl?: string;
};

export type Keyward = {
  /**
   * Decides whether a request may pass.
   * @throws KeywardUnavailableError unless `onUnavailable` is `"deny"`, KeywardConfigurationError
   */
  verify(request: VerifyRequest): Promise<Verdict>;
  /** The same for middleware: if Keyward can't decide, the result is a denial, unless `onUnavailable` is `"throw"`. */
  judge(request: VerifyRequest): Promise<Verdict>;
};

/**
 * @param options A function is called at the first use, for modules that are also loaded where its values aren't set, as in a build
 * with Next.js.
 * @throws KeywardConfigurationError if an option is missing or invalid, so that a service doesn't start unprotected; at the first
 * use if `options` is a function.
 */
export function createKeyward(options: KeywardOptions | (() => KeywardOptions)): Keyward {
  if (typeof options !== "function") return connect(options);
  let made: Keyward | undefined;
  const keyward = () => {
    made ??= connect(options());
    return made;
  };
  return {
    verify: async (request) => keyward().verify(request),
    judge: async (request) => keyward().judge(request),
  };
}

function connect(options: KeywardOptions): Keyward {
  const { onUnavailable, onError = (error: KeywardError) => console.error(error.message) } = options;
  const endpoint = readEndpoint(options);
  const cache = new AnswerCache(inRange("maxAgeSeconds", options.maxAgeSeconds ?? 0, 0, 300));

  async function ask(request: VerifyRequest): Promise<Verdict> {
    const requestId = requestIdOf(request);
    const read = readKey(request.headers);
    if (!read.ok) return ownDenial(read.code, read.message, { requestId, docsUrl: endpoint.docsUrl });
    const question = buildQuestion(request, read.key);
    const known = cache.find(question);
    if (known) return { ...known, requestId, cached: true };
    const askedAt = performance.now();
    const answer = await askKeyward(question, requestId, endpoint);
    if (!answer.valid) return { ...answer, requestId };
    cache.keep(question, answer, askedAt);
    return { ...answer, requestId, cached: false };
  }

  function unavailable(request: VerifyRequest, error: KeywardError): Verdict {
    onError(error);
    const retryAfterSeconds = error instanceof KeywardUnavailableError ? error.retryAfterSeconds : 1;
    const about = { requestId: requestIdOf(request), docsUrl: endpoint.docsUrl, retryAfterSeconds };
    return ownDenial("unavailable", "The service is temporarily unavailable. Try again shortly.", about);
  }

  return {
    verify: (request) =>
      ask(request).catch((error) => {
        if (onUnavailable === "deny" && error instanceof KeywardUnavailableError)
          return unavailable(request, error);
        throw error;
      }),
    judge: (request) =>
      ask(request).catch((error) => {
        if (onUnavailable !== "throw" && error instanceof KeywardError) return unavailable(request, error);
        throw error;
      }),
  };
}

function readEndpoint({ url, serviceToken, timeoutMs = 2000, docsUrl }: KeywardOptions): Endpoint {
  const parsed = url !== undefined && URL.canParse(url) ? new URL(url) : null;
  if (!parsed || !/^https?:$/.test(parsed.protocol) || parsed.username || parsed.search || parsed.hash)
    throw new KeywardConfigurationError("url must be where Keyward answers, such as http://127.0.0.1:3000.");
  if (typeof serviceToken !== "string" || !/^[\x21-\x7e]+$/.test(serviceToken))
    throw new KeywardConfigurationError("serviceToken must be one of Keyward's service tokens.");
  const base = parsed.href.replace(/\/+$/, "");
  return {
    url: base,
    serviceToken,
    timeoutMs: inRange("timeoutMs", timeoutMs, 1, 60_000),
    docsUrl: docsUrl ?? `${base}/docs/errors`,
  };
}

function inRange(name: string, value: number, least: number, most: number): number {
  if (typeof value === "number" && value >= least && value <= most) return value;
  throw new KeywardConfigurationError(`${name} must be a number from ${least} to ${most}.`);
}

/** The client's own request id if it is well-formed, as Keyward keeps it too; otherwise a new one. */
function requestIdOf({ headers }: VerifyRequest): string {
  const [own, second] = headerValues(headers, "x-request-id");
  if (own !== undefined && second === undefined && /^[A-Za-z0-9_-]{1,64}$/.test(own)) return own;
  return `req_${crypto.randomUUID().replaceAll("-", "")}`;
}
