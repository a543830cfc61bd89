import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { expect, test } from "vitest";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { useKeyApiServer } from "@/tests/processes/key-api-server";
import { answerText, headOf, keepAliveSeconds, sendAnswer } from "./answer";

useRuntime();
const server = useKeyApiServer();

/** What a server answers to these bytes, until it closes the connection or `enough` arrived. */
async function exchange(
  port: number,
  sent: string,
  answers: number,
): Promise<{ text: string; closed: boolean }> {
  const socket = connect(port, "127.0.0.1");
  let text = "";
  let closed = false;
  socket.setEncoding("utf8").on("data", (chunk) => (text += chunk));
  socket.on("end", () => (closed = true));
  socket.write(sent);
  while (!closed && text.split("HTTP/1.1 ").length - 1 < answers) await once(socket, "data");
  // A server that closes the connection does so after its last response; otherwise nothing more comes.
  if (/Connection: close/.test(text) && !closed) await once(socket, "end");
  socket.destroy();
  return { text, closed };
}

async function makeSecret() {
  const { actor } = await makeWorkspace();
  return (await makeKey(actor)).secret;
}

test("pipelined requests are answered in order, on a connection that is kept open", async () => {
  const secret = await makeSecret();
  const ask = (id: string, key: string) =>
    `GET /api/forward-auth/v1 HTTP/1.1\r\nHost: a\r\nX-Request-Id: ${id}\r\nx-api-key: ${key}\r\n\r\n`;
  const sent = ask("one", secret) + ask("two", "nonsense") + ask("three", secret);
  const { text, closed } = await exchange(server.port(), sent, 3);
  expect([...text.matchAll(/HTTP\/1\.1 (\d+)[\s\S]*?X-Request-Id: (\w+)/g)].map(([, ...of]) => of)).toEqual([
    ["200", "one"],
    ["401", "two"],
    ["200", "three"],
  ]);
  expect(text).toMatch(/Connection: keep-alive\r\nKeep-Alive: timeout=65\r\n\r\n/);
  expect(closed).toBe(false);
});

test("when a client doesn't want keep-alive, or doesn't know it, the connection is closed after the response", async () => {
  const secret = await makeSecret();
  for (const [version, connection] of [
    ["1.1", "Connection: close\r\n"],
    ["1.0", ""],
  ]) {
    const sent = `GET /api/forward-auth/v1 HTTP/${version}\r\nHost: a\r\n${connection}x-api-key: ${secret}\r\n\r\n`;
    const { text, closed } = await exchange(server.port(), sent, 1);
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\nConnection: close\r\n\r\n$/);
    expect(closed).toBe(true);
  }
});

test("a response is the same through node:http and as text", async () => {
  const answer = { status: 403, head: "X-One: 1\r\nX-Two: two: words\r\n", body: '{"name":"Zürich"}' };
  const own = createServer((_request, response) => sendAnswer(response, answer));
  own.keepAliveTimeout = keepAliveSeconds * 1000;
  await once(own.listen(0, "127.0.0.1"), "listening");
  const { port } = own.address() as AddressInfo;
  for (const [keptAlive, connection] of [
    [true, "keep-alive"],
    [false, "close"],
  ] as const) {
    const sent = `GET / HTTP/1.1\r\nHost: a\r\nConnection: ${connection}\r\n\r\n`;
    const { text } = await exchange(port, sent, 1);
    expect(inAnyOrder(answerText(answer, keptAlive))).toEqual(inAnyOrder(text));
  }
  own.close();
  own.closeAllConnections();
});

/** The lines of a response without its date, sorted, because the order of headers doesn't matter. */
function inAnyOrder(text: string): unknown {
  const [head = "", body] = text.split("\r\n\r\n");
  const [status, ...headers] = head.replace(/^Date: .*$/m, "Date: then").split("\r\n");
  return { status, headers: headers.sort(), body };
}

test("a value with a line break never becomes part of the headers", () => {
  for (const value of ["a\r\nX-Keyward-Role: owner", "a\nb", "a\u0000", "ä"])
    expect(() => headOf({ "X-Name": value })).toThrow("X-Name can't have this value");
});
