import { once } from "node:events";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { waitUntil } from "@/tests/wait-until";
import type { Answer } from "./answer";
import { FastLaneServer } from "./fast-lane-server";

type Asked = { url: string; answer: (body?: string) => void };

/** A server whose fast lane answers when the test says so, while node:http echoes what it reads. */
const servers: FastLaneServer[] = [];
async function start({ headersTimeout = 15_000 } = {}) {
  const asked: Asked[] = [];
  const waiting: (() => void)[] = [];
  const clock = { now: 0 };
  let answerSlow = () => {};
  const slowMayBeAnswered = new Promise<void>((resolve) => {
    answerSlow = resolve;
  });
  const server = new FastLaneServer(
    { requestTimeout: 30_000, headersTimeout },
    {
      takes: (url) => url.startsWith("/lane"),
      answer({ url }, send: (answer: Answer) => void) {
        asked.push({ url, answer: (body = `lane ${url}\n`) => send({ status: 200, head: "", body }) });
        waiting.shift()?.();
      },
    },
    () => clock.now,
  );
  server.on("request", async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (request.url === "/slow") await slowMayBeAnswered;
    response.end(`node ${request.method} ${request.url} ${Buffer.concat(chunks)}\n`);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  servers.push(server);
  return {
    server,
    asked,
    /** The clock for idle connections, in milliseconds. It stands still until a test advances it. */
    clock,
    /** Makes node:http answer the requests to /slow. */
    answerSlow,
    /** The next request. */
    next: async () => {
      if (asked.length === 0) await new Promise<void>((resolve) => waiting.push(resolve));
      return asked.shift() as Asked;
    },
    open: () => openClient((server.address() as AddressInfo).port),
    /** A client, and the server's socket of its connection. */
    openBoth: async () => {
      const client = openClient((server.address() as AddressInfo).port);
      const [near] = (await once(server, "connection")) as [Socket];
      return { client, near };
    },
  };
}
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

/** Shorter than a test's timeout, so that a failure says what is missing. */
const timeoutMs = 30_000;

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
    /** Waits until the end of the output matches. */
    until: async (pattern: RegExp) => {
      while (!pattern.test(end)) await once(socket, "data", { signal: AbortSignal.timeout(timeoutMs) });
    },
    ended: () =>
      socket.readableEnded ? undefined : once(socket, "end", { signal: AbortSignal.timeout(timeoutMs) }),
  };
}

const get = (path: string, ...lines: string[]) =>
  [`GET ${path} HTTP/1.1`, "Host: a", ...lines, "", ""].join("\r\n");
const bodies = (text: string) => [...text.matchAll(/\b(lane|node) .*/g)].map(([body]) => body.trim());

test("a connection is answered by the fast lane until its first other request, then by node:http for good", async () => {
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

test("headers in pieces, HTTP/1.0 and malformed requests go to node:http", async () => {
  const { open, openBoth } = await start();
  const { client: slow, near } = await openBoth();
  const [first, second] = [get("/lane/1").slice(0, 20), get("/lane/1").slice(20)];
  slow.send(first);
  await waitUntil("the first part has arrived on its own", async () => near.bytesRead === first.length);
  slow.send(second);
  await slow.until(/node GET \/lane\/1/);
  const old = open();
  old.send(get("/lane/2").replace("HTTP/1.1", "HTTP/1.0"));
  await old.until(/node GET \/lane\/2/);
  const nonsense = open();
  nonsense.send("nonsense\r\n\r\n");
  await nonsense.until(/^HTTP\/1\.1 400 Bad Request/);
});

test("requests that arrive before the previous response are answered after it, in order", async () => {
  const { next, openBoth } = await start();
  const { client, near } = await openBoth();
  client.send(get("/lane/1"));
  const one = await next();
  client.send(get("/lane/2"));
  client.send("POST /three HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n");
  client.send("x".repeat(100_000));
  await waitUntil("the second request has arrived", async () => near.isPaused());
  expect(client.text()).toBe("");
  one.answer();
  await client.until(/x\n$/);
  expect(bodies(client.text()).map((body) => body.slice(0, 20))).toEqual([
    "lane /lane/1",
    "node GET /lane/2",
    "node POST /three xxx".slice(0, 20),
  ]);
});

test("reading is paused while a response is pending", async () => {
  const { next, openBoth } = await start();
  const { client, near } = await openBoth();
  client.send(get("/lane/1"));
  const one = await next();
  const body = "x".repeat(16 << 20);
  client.send(`POST /two HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  // A paused stream reads until its buffer is full, and continues when it is resumed.
  await waitUntil(
    "the server has stopped reading",
    async () => near.isPaused() && near.readableLength >= near.readableHighWaterMark,
  );
  expect(near.bytesRead).toBeLessThan(1 << 20);
  one.answer();
  await client.until(/x\n$/);
  expect(client.text()).toContain(`node POST /two ${body}`);
});

test("a client that has closed its side is answered, and then the connection is closed", async () => {
  const { next, openBoth } = await start();
  const { client, near } = await openBoth();
  client.socket.end(get("/lane/1"));
  const one = await next();
  await waitUntil("the server has read the end", async () => near.readableEnded);
  one.answer();
  await client.ended();
  expect(client.text()).toMatch(/Connection: close\r\n\r\nlane \/lane\/1\n$/);
});

test("connections of node:http have node:http's timeouts", async () => {
  const { openBoth, answerSlow, server } = await start();
  const { client, near } = await openBoth();
  expect(near.timeout).toBe(15_000);
  client.send(get("/slow"));
  await once(server, "request");
  expect(near.timeout).toBe(60_000);
  answerSlow();
  await client.until(/node GET \/slow/);
});

test("a response to a client that has disconnected does no harm", async () => {
  const { next, open, openBoth } = await start();
  const { client: disconnected, near } = await openBoth();
  disconnected.send(get("/lane/1"));
  const one = await next();
  disconnected.socket.resetAndDestroy();
  await waitUntil("the server has noticed", async () => near.closed);
  one.answer();
  const other = open();
  other.send(get("/lane/2"));
  (await next()).answer();
  await other.until(/lane \/lane\/2/);
});

test("a client that never reads its responses doesn't get more and more of them", async () => {
  const { next, open, asked, server } = await start();
  const client = open();
  client.socket.pause();
  const large = "x".repeat(16 << 20);
  client.send(get("/lane/1"));
  (await next()).answer(large);
  // The response fills the kernel's buffers, and the rest waits here. The next request goes to node:http, which stops reading.
  client.send(get("/lane/2"));
  const [{ url }] = await once(server, "request");
  expect([url, asked]).toEqual(["/lane/2", []]);
  client.socket.resume();
  await client.until(/node GET \/lane\/2/);
  server.closeAllConnections();
});

/** By the test's clock, except for how long the listener waits for the last connections. */
const stopped = { listenMs: 0, idleMs: 100, deadlineMs: 10_000 };

test("S63 a stopping server answers requests in progress and on open connections, then announces the close", async () => {
  const { server, clock, next, open } = await start();
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
  await paced.ended();
  clock.now += stopped.idleMs;
  await idle.ended();
  expect(paced.text()).toMatch(/Connection: close\r\n\r\nlane \/lane\/3\n$/);
  expect(busy.socket.readableEnded).toBe(false);
  two.answer();
  await busy.ended();
  expect(busy.text()).toMatch(/Connection: close\r\n\r\nlane \/lane\/2\n$/);
  await closed;
});

test("S63 a stopping server answers every pipelined request, and only the last response closes the connection", async () => {
  const { server, next, open, answerSlow } = await start();
  const [plain, other] = [open(), open()];
  plain.send(get("/lane/1"));
  const one = await next();
  plain.send(get("/lane/2") + get("/other"));
  other.send(get("/slow") + get("/slow"));
  await once(server, "request");
  const closed = server.stop(stopped);
  while (!server.isStopping) await new Promise((resolve) => setImmediate(resolve));
  one.answer();
  answerSlow();
  await Promise.all([plain.ended(), other.ended()]);
  expect(bodies(plain.text())).toEqual(["lane /lane/1", "node GET /lane/2", "node GET /other"]);
  expect(bodies(other.text())).toEqual(["node GET /slow", "node GET /slow"]);
  for (const { text } of [plain, other]) expect(text().match(/Connection: close/g)).toHaveLength(1);
  await closed;
});

test("S63 a connection that was opened before the server stopped is answered, and an idle one is closed", async () => {
  const { server, clock, next, openBoth } = await start();
  const [{ client }, { client: silent }, { client: half, near }] = [
    await openBoth(),
    await openBoth(),
    await openBoth(),
  ];
  half.send("GET /other HTTP/1.1\r\nHost: a\r\n");
  await waitUntil("half of the head has arrived", async () => near.bytesRead > 0);
  const closed = server.stop(stopped);
  client.send(get("/lane/1"));
  (await next()).answer();
  await client.ended();
  expect(client.text()).toMatch(/Connection: close\r\n\r\nlane \/lane\/1\n$/);
  clock.now += stopped.idleMs;
  await silent.ended();
  // An incomplete head isn't a request yet, but the client is sending one.
  half.send("\r\n");
  await half.ended();
  expect(half.text()).toMatch(/node GET \/other/);
  await closed;
});

test("S63 requests in progress at the deadline are cut off, as are upgraded connections", async () => {
  const { server, clock, next, open } = await start();
  server.on("upgrade", () => {});
  const [lane, upgraded] = [open(), open()];
  lane.send(get("/lane/1"));
  await next();
  upgraded.send(get("/x", "Connection: Upgrade", "Upgrade: h2c"));
  await once(server, "upgrade");
  const closed = server.stop(stopped);
  await waitUntil("the listener is closed", async () => !server.listening);
  clock.now += stopped.deadlineMs;
  await closed;
  await Promise.all([lane.ended(), upgraded.ended()].map((ended) => ended?.catch(() => {})));
  expect([lane.text(), upgraded.text()]).toEqual(["", ""]);
});

test("a stopping server doesn't wait for silent connections", async () => {
  const { open } = await start({ headersTimeout: 50 });
  const client = open();
  await client.ended();
  expect(client.text()).toBe("");
});
