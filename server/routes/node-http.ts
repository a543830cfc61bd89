import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** Converts a node:http request to a web-standard one. Its host is ours, not the one that the client sent. */
export function toRequest(request: IncomingMessage, origin: string): Request {
  const headers = new Headers();
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    headers.append(request.rawHeaders[index] as string, request.rawHeaders[index + 1] as string);
  }
  const hasBody = request.method !== "GET" && request.method !== "HEAD";
  return new Request(origin + request.url, {
    method: request.method,
    headers,
    ...(hasBody && { body: Readable.toWeb(request) as ReadableStream, duplex: "half" }),
  } as RequestInit);
}

/** A client that takes nothing for this long is disconnected. */
const stalledMs = 60_000;

/**
 * Sends a web-standard response as its body comes, and no faster than the client takes it. If the body fails, the connection is cut,
 * so that a part isn't taken for the whole. Resolves in any case.
 */
export async function streamResponse(
  response: ServerResponse,
  answer: Response,
  head: boolean,
): Promise<void> {
  for (const [name, value] of answer.headers) response.setHeader(name, value);
  response.writeHead(answer.status);
  if (head || !answer.body) {
    await answer.body?.cancel();
    response.end();
    return;
  }
  // Sent now: a client waits for the answer to begin, and the first entry may come much later.
  response.flushHeaders();
  const stalled = setInterval(() => response.writableNeedDrain && response.destroy(), stalledMs).unref();
  response.on("drain", () => stalled.refresh());
  const body = Readable.fromWeb(answer.body as never);
  try {
    await pipeline(body, response);
  } catch {
    response.destroy();
  } finally {
    clearInterval(stalled);
    // Also when the client has already left: nothing else would end the stream.
    body.destroy();
  }
}

/** Sends a web-standard response. Bodies are small, so they are not streamed. */
export async function writeResponse(
  response: ServerResponse,
  answer: Response,
  head: boolean,
): Promise<void> {
  const body = Buffer.from(await answer.arrayBuffer());
  for (const [name, value] of answer.headers) response.setHeader(name, value);
  response.setHeader("Content-Length", body.length);
  response.writeHead(answer.status);
  response.end(head ? undefined : body);
  if (!response.req.complete) discardRest(response.req);
}

/**
 * Reads what is left of a refused body. Otherwise the next request on this connection would wait behind it, and be answered 408.
 * node:http does the same for requests of which nothing was read.
 */
function discardRest(request: IncomingMessage): void {
  request.removeAllListeners("data");
  request.resume();
}
