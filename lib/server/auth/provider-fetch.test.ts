import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { inTrace } from "../trace";
import { providerFetch } from "./provider-fetch";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function serve(answer: Parameters<typeof createServer>[1] & object): Promise<string> {
  const server = createServer(answer as never);
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("a request to a provider that never responds times out", async () => {
  const origin = await serve(() => {});
  await expect(providerFetch(origin, {}, 50)).rejects.toThrow(/timeout/i);
});

test("a response that never ends times out", async () => {
  const origin = await serve((_request, response) => void response.writeHead(200).write("{"));
  await expect(providerFetch(origin, {}, 200)).rejects.toThrow(/timeout/i);
});

test("an endless response is cut off at a megabyte, and its connection is closed", async () => {
  let closed: Promise<unknown> = Promise.resolve();
  const origin = await serve((_request, response) => {
    const chunk = Buffer.alloc(64 * 1024, " ");
    const pour = () => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on("drain", pour);
    closed = once(response, "close");
    pour();
  });
  await expect(providerFetch(origin)).rejects.toThrow("too long");
  await closed;
});

test("requests use https except to this machine, and follow no redirects", async () => {
  await expect(providerFetch("http://id.example.test/token")).rejects.toThrow(/https/);
  let asked = 0;
  const target = await serve((_request, response) => {
    asked += 1;
    response.end();
  });
  const origin = await serve((_request, response) => response.writeHead(302, { location: target }).end());
  expect((await providerFetch(origin)).status).toBe(302);
  expect(asked).toBe(0);
});

test("discovery documents are cached", async () => {
  let asked = 0;
  const origin = await serve((_request, response) => {
    asked += 1;
    response.end('{"issuer":"x"}');
  });
  const address = `${origin}/.well-known/openid-configuration`;
  for (let visit = 0; visit < 3; visit += 1)
    expect(await (await providerFetch(address)).json()).toEqual({ issuer: "x" });
  expect(asked).toBe(1);
});

test("a request that is made for a traced one continues its trace, and keeps its own headers", async () => {
  const seen: unknown[] = [];
  const origin = await serve((request, response) => {
    seen.push([request.headers.traceparent, request.headers.accept]);
    response.end();
  });
  const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
  await inTrace(`00-${traceId}-00f067aa0ba902b7-01`, async () => {
    await providerFetch(origin, { headers: { accept: "text/a" } });
    await providerFetch(new Request(origin, { headers: { accept: "text/b" } }));
  });
  await providerFetch(origin, { headers: { accept: "text/c" } });
  const ofTrace = expect.stringMatching(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
  expect(seen).toEqual([
    [ofTrace, "text/a"],
    [ofTrace, "text/b"],
    [undefined, "text/c"],
  ]);
});
