import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readPlainRequest } from "./plain-request";

/** How node:http reads the same bytes: the requests, or that it rejects them. */
type Seen = { method: string; url: string; rawHeaders: string[] };
const seen: Seen[] = [];
let server: Server;
beforeAll(async () => {
  server = createServer(({ method = "", url = "", rawHeaders }, response) => {
    seen.push({ method, url, rawHeaders });
    response.writeHead(200, { "Content-Length": 0 }).end();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

async function readByNode(bytes: Buffer): Promise<Seen[]> {
  seen.length = 0;
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.on("error", () => {});
  socket.resume();
  socket.end(bytes);
  await once(socket, "close");
  return [...seen];
}

const takes = (url: string) => url.startsWith("/api/forward-auth");
const latin1 = (text: string) => Buffer.from(text, "latin1");
const read = (text: string) => readPlainRequest(latin1(text), takes);
const plain = (...lines: string[]) =>
  ["GET /api/forward-auth?a=b HTTP/1.1", "Host: a.example.test", ...lines, "", ""].join("\r\n");

test("a plain request is read as node:http reads it", async () => {
  const text = plain(
    "x-api-key:  kw_sk_1 \t",
    "X-Forwarded-Uri:\t/v1/ä?b=c:d",
    "Empty:",
    "x-api-key: kw_sk_2",
    "Connection: Keep-Alive",
  );
  const found = read(text);
  expect(found?.rawHeaders.slice(2, 8)).toEqual([
    "x-api-key",
    "kw_sk_1",
    "X-Forwarded-Uri",
    "/v1/ä?b=c:d",
    "Empty",
    "",
  ]);
  expect([{ method: "GET", ...found }]).toEqual(await readByNode(latin1(text)));
});

test.each([
  ["another method", plain().replace("GET", "POST")],
  ["another path", plain().replace("forward-auth", "health")],
  ["another version", plain().replace("HTTP/1.1", "HTTP/1.0")],
  ["an absolute URL as its target", plain().replace("/api", "http://a/api")],
  ["a space in its target", plain().replace("?a=b", "?a= b")],
  ["an octet above ASCII in its target", plain().replace("?a=b", "?a=ä")],
  ["no Host", plain().replace("Host", "Most")],
  ["two Hosts", plain("hOST: b")],
  ["Content-Length", plain("Content-Length: 0")],
  ["a chunked body", plain("tRANSFER-eNCODING: chunked")],
  ["Expect", plain("Expect: 100-continue")],
  ["an upgrade", plain("Connection: upgrade", "Upgrade: websocket")],
  ["an upgrade that isn't named in Connection", plain("Upgrade: h2c")],
  ["Connection: close", plain("Connection: close")],
  ["a hop-by-hop header", plain("Connection: keep-alive, x-api-key")],
  ["Proxy-Connection", plain("Proxy-Connection: close")],
  ["a folded header line", plain("X-One: a", " b")],
  ["a blank before the colon", plain("X-One : a")],
  ["a blank before the name", plain().replace("Host", " Host")],
  ["an empty name", plain(": a")],
  ["a line without a colon", plain("X-One")],
  ["a bare line feed", plain("X-One: a\nX-Two: b")],
  ["a bare carriage return", plain("X-One: a\rX-Two: b")],
  ["a carriage return before the end", plain("X-One: a\r")],
  ["a NUL", plain("X-One: a\0b")],
  ["a final line feed without a carriage return", plain().replace(/\r\n$/, "\n")],
  ["an unannounced body", `${plain()}x`],
  ["another request after it", plain() + plain()],
  ["an incomplete head", plain().slice(0, -2)],
  ["a truncated head", plain("X-One: a").slice(0, -5)],
  ["too many headers", plain(...Array.from({ length: 100 }, (_, index) => `X-${index}: a`))],
  ["a head that is too large", plain(`X-One: ${"a".repeat(8192)}`)],
  ["nothing", ""],
])("%s goes to node:http", (_what, text) => {
  expect(read(text)).toBeNull();
});

test("whatever the fast lane accepts, node:http reads as the same single request", async () => {
  const base = plain(
    "x-api-key: kw_sk_1",
    "X-Forwarded-Method: GET",
    "Connection: keep-alive",
    "Accept: */*",
  );
  const inserts = [
    "\r",
    "\n",
    "\r\n",
    "\0",
    " ",
    "\t",
    ":",
    "ä",
    "\x7f",
    "\x80",
    "x",
    "\r\n\r\n",
    "Te: x\r\n",
    ",",
  ];
  const random = generator(1);
  let accepted = 0;
  for (let round = 0; round < 1000; round += 1) {
    let text = base;
    for (let change = random(2); change >= 0; change -= 1) {
      const at = random(text.length);
      const kind = random(4);
      if (kind === 0) text = text.slice(0, at) + text.slice(at + 1 + random(3));
      else if (kind === 1) text = text.slice(0, at) + String.fromCharCode(random(256)) + text.slice(at + 1);
      else text = text.slice(0, at) + inserts[random(inserts.length)] + text.slice(at);
    }
    const found = read(text);
    if (!found) continue;
    accepted += 1;
    expect({ text, seen: await readByNode(latin1(text)) }).toEqual({
      text,
      seen: [{ method: "GET", ...found }],
    });
  }
  expect(accepted).toBeGreaterThan(100);
});

/** Pseudo-random numbers below a bound, the same in each run. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
