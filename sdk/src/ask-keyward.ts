import { KeywardConfigurationError, KeywardUnavailableError } from "./keyward-error";
import { type Parsed, parseVerdict } from "./parse-verdict";

/** The body of POST /api/v1/verify. */
export type Question = {
  key: string;
  method?: string;
  path?: string;
  permission?: string;
  workspace_id?: string;
  client_ip?: string;
  user_agent?: string;
};

export type Endpoint = { url: string; serviceToken: string; timeoutMs: number; docsUrl: string };

/**
 * Asks once, and once more if the connection failed, both within `timeoutMs`. If the connection broke after Keyward had decided,
 * the second question counts as a second use.
 * @throws KeywardUnavailableError, KeywardConfigurationError
 */
export async function askKeyward(question: Question, requestId: string, endpoint: Endpoint): Promise<Parsed> {
  const signal = AbortSignal.timeout(endpoint.timeoutMs);
  let answer: Answer;
  try {
    answer = await send(question, requestId, endpoint, signal).catch((error) => {
      if (signal.aborted) throw error;
      return send(question, requestId, endpoint, signal);
    });
  } catch (cause) {
    const why = signal.aborted ? `did not answer within ${endpoint.timeoutMs} ms` : "could not be reached";
    throw new KeywardUnavailableError(`Keyward at ${endpoint.url} ${why}.`, { cause });
  }
  return read(answer, endpoint);
}

type Answer = { status: number; text: string; retryAfter: string | null };

async function send(
  question: Question,
  requestId: string,
  { url, serviceToken }: Endpoint,
  signal: AbortSignal,
): Promise<Answer> {
  const response = await fetch(`${url}/api/v1/verify`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${serviceToken}`,
      "content-type": "application/json",
      "x-request-id": requestId,
    },
    body: JSON.stringify(question),
    // A redirect would send the key and the token to another server.
    redirect: "error",
    cache: "no-store",
    signal,
  });
  return {
    status: response.status,
    text: await response.text(),
    retryAfter: response.headers.get("retry-after"),
  };
}

function read({ status, text, retryAfter }: Answer, { url, docsUrl }: Endpoint): Parsed {
  if (status === 200) {
    const parsed = parseVerdict(text, docsUrl);
    if (!parsed) throw new KeywardUnavailableError(`What answers at ${url} does not answer as Keyward does.`);
    return parsed;
  }
  if (status === 401)
    throw new KeywardConfigurationError(`Keyward at ${url} refused the service token.`, status);
  if (status >= 400 && status < 500 && status !== 408 && status !== 429)
    throw new KeywardConfigurationError(`Keyward at ${url} refused the question: ${reasonIn(text)}`, status);
  const seconds = Number(retryAfter);
  throw new KeywardUnavailableError(`Keyward at ${url} answered ${status}.`, {
    retryAfterSeconds: Number.isInteger(seconds) && seconds >= 1 ? seconds : 1,
  });
}

/** The names of the refused fields, without their values: one of them is the key. */
function reasonIn(text: string): string {
  try {
    const { error } = JSON.parse(text) as {
      error: { code: string; message: string; fields?: Record<string, string> };
    };
    const fields = Object.entries(error.fields ?? {}).map(([field, message]) => `${field}: ${message}`);
    return [error.message, ...fields].join(" ");
  } catch {
    return "it is not understood there.";
  }
}
