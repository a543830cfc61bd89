import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll } from "vitest";
import { runtime } from "@/lib/server/runtime";
import { createServer } from "@/server/create-server";
import { requireDescribed } from "./described-answers";

export type Answer = { status: number; headers: IncomingHttpHeaders; body: string; json: never };
type Sent = {
  method?: string;
  headers?: Record<string, string | string[]> | [string, string][];
  /** Strings and buffers are sent as they are, everything else as JSON. */
  body?: unknown;
  /** Sends the body without Content-Length. */
  chunked?: boolean;
};

/**
 * Serves the routes that the process answers itself on a real socket, with the test file's runtime. Call it after useRuntime(). Each
 * response is checked against /openapi.json.
 */
export function useKeyApi(): (path: string, sent?: Sent) => Promise<Answer> {
  const server = useKeyApiServer();
  return async (path, sent = {}) => {
    const answer = await sendRaw(server.port(), path, sent);
    requireDescribed(sent.method ?? "GET", path, answer);
    return answer;
  };
}

/** The same, for tests that open sockets themselves. */
export function useKeyApiServer(): { port(): number; origin(): string } {
  let port = 0;
  const server = createServer(runtime, (_request, response) => void response.writeHead(404).end());
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(
    () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  );
  return { port: () => port, origin: () => `http://127.0.0.1:${port}` };
}

/** Sends a request with node:http, because fetch would merge repeated headers. */
export function sendRaw(
  port: number,
  path: string,
  { method = "GET", headers = {}, body, chunked = false }: Sent,
): Promise<Answer> {
  const isWhole = body === undefined || typeof body === "string" || Buffer.isBuffer(body);
  const payload = isWhole ? (body as string | Buffer | undefined) : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const list = Array.isArray(headers)
      ? headers.flat()
      : Object.entries(headers).flatMap(([name, value]) =>
          Array.isArray(value) ? value.flatMap((one) => [name, one]) : [name, value],
        );
    const length = chunked
      ? ["Transfer-Encoding", "chunked"]
      : ["Content-Length", String(Buffer.byteLength(payload ?? ""))];
    const typed = list.some((name) => name.toLowerCase() === "content-type");
    const type = typed ? [] : ["Content-Type", "application/json"];
    const extra = payload === undefined ? [] : [...type, ...length];
    const request = httpRequest(
      { port, host: "127.0.0.1", path, method, headers: ["Host", "localhost", ...list, ...extra] },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString();
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: text,
            json: parse(text) as never,
          });
        });
      },
    );
    request.on("error", reject);
    request.end(payload);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
