import { once } from "node:events";
import { type AddressInfo, connect } from "node:net";
import { afterEach, expect, test } from "vitest";
import type { Answer } from "./answer";
import { FastLaneServer } from "./fast-lane-server";

type Asked = { url: string; answer: (body?: string) => void };

/** A server whose lane answers when the test says so; node:http echoes what it reads. */
const servers: FastLaneServer[] = [];
async function start({ headersTimeout = 15_000 } = {}) {
  const asked: Asked[] = [];
  const waiting: (() => void)[] = [];
  const server = new FastLaneServer(
    { requestTimeout: 30_000, headersTimeout },
    {
      takes: (url) => url.startsWith("/lane"),
      answer({ url }, send: (answer: Answer) => void) {
        asked.push({ url, answer: (body = `lane ${url}\n`) => send({ status: 200, head: "", body }) });
        waiting.shift()?.();
      },
    },
  );
  server.on("request", async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (request.url === "/slow") await new Promise((resolve) => setTimeout(resolve, 150));
    response.end(`node ${request.method} ${request.url} ${Buffer.concat(chunks)}\n`);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  servers.push(server);
  return {
    server,
    asked,
    /** The next question that comes. */
    next: async () => {
      if (asked.length === 0) await new Promise<void>((resolve) => waiting.push(resolve));
      return asked.shift() as Asked;
    },
    open: () => openClient((server.address() as AddressInfo).port),
  };
}
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

function openClient(port: number) {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  socket.on("error", () => {});
  let text = "";
  let end = "";
  socket.setEncoding("utf8").on("data", (chunk) => {
    text += chunk;
    end = (end + chunk).slice(-300);
  });
  return {
    socket,
    send: (sent: string) => socket.write(sent),
    text: () => text,
    /** Waits until what was said last matches. */
    until: async (pattern: RegExp) => {
      while (!pattern.test(end)) await once(socket, "data", { signal: AbortSignal.timeout(5000) });
    },
    ended: () =>
      socket.readableEnded ? undefined : once(socket, "end", { signal: AbortSignal.timeout(5000) }),
  };
}

const get = (path: string, ...lines: string[]) =>
  [`GET ${path} HTTP/1.1`, "Host: a", ...lines, "", ""].join("\r\n");
const bodies = (text: string) => [...text.matchAll(/\b(lane|node) .*/g)].map(([body]) => body.trim());

test("a connection is answered again and again, then goes to node:http with its first other request, and stays there", async () => {
  const { next, open, asked } = await start();
  const client = open();
  for (const path of ["/lane/1", "/lane/2"]) {
    client.send(get(path));
    (await next()).answer();
    await client.until(new RegExp(`lane ${path}`));
  }
  client.send("POST /other HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n01234");
  client.send("56789");
  await client.until(/node POST \/other 0123456789/);
  client.send(get("/lane/3"));
  await client.until(/node GET \/lane\/3/);
  expect(asked).toEqual([]);
  expect(client.text()).not.toMatch(/Connection: close/);
});

test("a head in pieces, a request for HTTP/1.0 and one that is none are node:http's", async () => {
  const { open } = await start();
  const slow = open();
  const [first, second] = [get("/lane/1").slice(0, 20), get("/lane/1").slice(20)];
  slow.send(first);
  // Both pieces leave by themselves.
  await new Promise((resolve) => setTimeout(resolve, 20));
  slow.send(second);
  await slow.until(/node GET \/lane\/1/);
  const old = open();
  old.send(get("/lane/2").replace("HTTP/1.1", "HTTP/1.0"));
  await old.until(/node GET \/lane\/2/);
  const nonsense = open();
  nonsense.send("nonsense\r\n\r\n");
  await nonsense.until(/^HTTP\/1\.1 400 Bad Request/);
});

test("requests that come before the answer to the one ahead are answered after it, in their order", async () => {
  const { next, open } = await start();
  const client = open();
  client.send(get("/lane/1"));
  const one = await next();
  client.send(get("/lane/2"));
  client.send("POST /three HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n");
  client.send("x".repeat(100_000));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(client.text()).toBe("");
  one.answer();
  await client.until(/x\n$/);
  expect(bodies(client.text()).map((body) => body.slice(0, 20))).toEqual([
    "lane /lane/1",
    "node GET /lane/2",
    "node POST /three xxx".slice(0, 20),
  ]);
});

test("no more is read than has to be while an answer is awaited", async () => {
  const { next, open } = await start();
  const client = open();
  client.send(get("/lane/1"));
  const one = await next();
  const body = "x".repeat(16 << 20);
  client.send(`POST /two HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  // Longer than reading all of it takes, were it read.
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(client.socket.writableLength).toBeGreaterThan(0);
  one.answer();
  await client.until(/x\n$/);
  expect(client.text()).toContain(`node POST /two ${body}`);
});

test("who has said all it will is answered, and the connection then closed", async () => {
  const { next, open } = await start();
  const client = open();
  client.socket.end(get("/lane/1"));
  const one = await next();
  await new Promise((resolve) => setTimeout(resolve, 20));
  one.answer();
  await client.ended();
  expect(client.text()).toMatch(/Connection: close\r\n\r\nlane \/lane\/1\n$/);
});

test("who waits for node:http is waited for as node:http does", async () => {
  const { open } = await start({ headersTimeout: 50 });
  const client = open();
  client.send(get("/slow"));
  await client.until(/node GET \/slow/);
});

test("an answer whose asker has gone disturbs nobody", async () => {
  const { next, open, server } = await start();
  const gone = open();
  gone.send(get("/lane/1"));
  const one = await next();
  gone.socket.resetAndDestroy();
  const connections = () =>
    new Promise<number>((resolve) => server.getConnections((_error, count) => resolve(count)));
  while ((await connections()) > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  one.answer();
  const other = open();
  other.send(get("/lane/2"));
  (await next()).answer();
  await other.until(/lane \/lane\/2/);
});

test("who never reads its answers is not answered without end", async () => {
  const { next, open, asked, server } = await start();
  const client = open();
  client.socket.pause();
  const large = "x".repeat(16 << 20);
  client.send(get("/lane/1"));
  (await next()).answer(large);
  // The answer fills what the kernel takes, and the rest waits here: the next request is node:http's, which stops reading.
  client.send(get("/lane/2"));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(asked).toEqual([]);
  client.socket.resume();
  await client.until(/node GET \/lane\/2/);
  server.closeAllConnections();
});

const stopped = { listenMs: 0, idleMs: 100, deadlineMs: 10_000 };

test("S63 a stopping server answers what is under way and what comes over a kept connection, then says that it ends", async () => {
  const { server, next, open } = await start();
  const [idle, busy, paced] = [open(), open(), open()];
  for (const client of [idle, paced]) {
    client.send(get("/lane/1"));
    (await next()).answer();
    await client.until(/lane \/lane\/1/);
  }
  busy.send(get("/lane/2"));
  const two = await next();
  const closed = server.stop(stopped);
  while (!server.isStopping) await new Promise((resolve) => setImmediate(resolve));
  paced.send(get("/lane/3"));
  (await next()).answer();
  await Promise.all([paced.ended(), idle.ended()]);
  expect(paced.text()).toMatch(/Connection: close\r\n\r\nlane \/lane\/3\n$/);
  expect(busy.socket.readableEnded).toBe(false);
  two.answer();
  await busy.ended();
  expect(busy.text()).toMatch(/Connection: close\r\n\r\nlane \/lane\/2\n$/);
  await closed;
});

test("S63 a stopping server answers every pipelined request, and only the last answer ends the connection", async () => {
  const { server, next, open } = await start();
  const [plain, other] = [open(), open()];
  plain.send(get("/lane/1"));
  const one = await next();
  plain.send(get("/lane/2") + get("/other"));
  other.send(get("/slow") + get("/slow"));
  await once(server, "request");
  const closed = server.stop(stopped);
  while (!server.isStopping) await new Promise((resolve) => setImmediate(resolve));
  one.answer();
  await Promise.all([plain.ended(), other.ended()]);
  expect(bodies(plain.text())).toEqual(["lane /lane/1", "node GET /lane/2", "node GET /other"]);
  expect(bodies(other.text())).toEqual(["node GET /slow", "node GET /slow"]);
  for (const { text } of [plain, other]) expect(text().match(/Connection: close/g)).toHaveLength(1);
  await closed;
});

test("S63 a connection that was made before the server stopped is answered, and a silent one is closed", async () => {
  const { server, next, open } = await start();
  const [client, silent, half] = [open(), open(), open()];
  for (let count = 0; count < 3; count += 1) await once(server, "connection");
  half.send("GET /other HTTP/1.1\r\nHost: a\r\n");
  const closed = server.stop(stopped);
  client.send(get("/lane/1"));
  (await next()).answer();
  await client.ended();
  expect(client.text()).toMatch(/Connection: close\r\n\r\nlane \/lane\/1\n$/);
  await silent.ended();
  // Half of a head is not yet a request, but its client is sending one.
  half.send("\r\n");
  await half.ended();
  expect(half.text()).toMatch(/node GET \/other/);
  await closed;
});

test("S63 what is under way when the deadline comes is cut off, an upgraded connection too", async () => {
  const { server, next, open } = await start();
  server.on("upgrade", () => {});
  const [lane, upgraded] = [open(), open()];
  lane.send(get("/lane/1"));
  await next();
  upgraded.send(get("/x", "Connection: Upgrade", "Upgrade: h2c"));
  await once(server, "upgrade");
  await server.stop({ listenMs: 0, idleMs: 10_000, deadlineMs: 50 });
  await Promise.all([lane.ended(), upgraded.ended()].map((ended) => ended?.catch(() => {})));
  expect([lane.text(), upgraded.text()]).toEqual(["", ""]);
});

test("who connects and says nothing is not waited for", async () => {
  const { open } = await start({ headersTimeout: 50 });
  const client = open();
  await client.ended();
  expect(client.text()).toBe("");
});
