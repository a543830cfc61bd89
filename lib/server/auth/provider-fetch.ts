import { isLoopbackName } from "../loopback";
import { traceHeaders } from "../trace";

const discoveryLifetimeMs = 10 * 60_000;
/** Discovery documents, key sets, and tokens are a few kilobytes. */
const longestAnswerBytes = 1_000_000;

/** Cached discovery documents, so that sign-in attempts don't cause a request each time. */
const discovered = new Map<string, { body: string; until: number }>();

/**
 * All requests to identity providers, and to GitHub for its keys, go through here: limited to ten seconds and a megabyte including the body; https
 * only (http only to this machine, whatever a discovery document says); no redirects, because the requests contain
 * secrets.
 */
export async function providerFetch(
  input: string | URL | Request,
  init: RequestInit = {},
  timeoutMs = 10_000,
): Promise<Response> {
  const url = new URL(input instanceof Request ? input.url : input);
  if (url.protocol !== "https:" && !isLoopbackName(url.hostname))
    throw new Error(`${url.origin} must use https.`);
  const isDiscovery = url.pathname.endsWith("/.well-known/openid-configuration");
  const known = isDiscovery ? discovered.get(url.href) : undefined;
  if (known && known.until > Date.now()) return json(known.body);
  const headers = new Headers(init.headers ?? (input instanceof Request ? input.headers : undefined));
  for (const [name, value] of Object.entries(traceHeaders())) headers.set(name, value);
  const answer = await fetch(input, {
    ...init,
    headers,
    redirect: "manual",
    signal: AbortSignal.timeout(timeoutMs),
  });
  const bytes = await readWhole(answer);
  if (!isDiscovery || !answer.ok) {
    const { status, statusText, headers } = answer;
    return new Response(answer.body && bytes, { status, statusText, headers });
  }
  const body = bytes.toString();
  discovered.set(url.href, { body, until: Date.now() + discoveryLifetimeMs });
  return json(body);
}

async function readWhole(answer: Response): Promise<Buffer<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of answer.body ?? []) {
    length += chunk.byteLength;
    if (length > longestAnswerBytes) throw new Error("The provider's answer is too long.");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function json(body: string): Response {
  return new Response(body, { headers: { "content-type": "application/json" } });
}
