import { once } from "node:events";
import { readdirSync } from "node:fs";
import { Agent, request as httpRequest } from "node:http";
import { connect, type Socket } from "node:net";
import { expect, test } from "vitest";
import { sendHttp } from "../peers/http-client";
import { useStartedConsole } from "../processes/started-console";
import type { StartedServer } from "../processes/started-server";
import { restBetweenCalls, waitUntil } from "../wait-until";

const started = useStartedConsole();

const head = (target: string, ...lines: string[]) =>
  [`${target} HTTP/1.1`, "Host: localhost", ...lines, "", ""].join("\r\n");
const upgrades = {
  "h2c, as curl --http2 and Java send it": [
    "Connection: Upgrade, HTTP2-Settings",
    "Upgrade: h2c",
    "HTTP2-Settings: AAMAAABkAAQAAP__",
  ],
  websocket: [
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  ],
  nonsense: ["Connection: Upgrade", "Upgrade: tls/99"],
};
/** Paths of the fast lane, of node:http, and of Next.js's pages, JSON routes and files. */
const paths = [
  "/api/forward-auth/x",
  "/api/public/v1/me",
  "/api/v1/verify",
  "/api/health",
  "/sign-in",
  "/api/account",
  "/_next/static/x.js",
  "/_next/webpack-hmr",
  "/unknown",
];

/** What arrives over a connection until the server closes it, or until `enough` arrived; if nothing does, why it failed. */
async function exchange(port: number, sent: string, enough?: RegExp): Promise<string> {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  let failure = "";
  socket.on("error", ({ message }) => {
    failure = message;
  });
  let text = "";
  await new Promise<void>((resolve) => {
    socket.setEncoding("utf8").on("data", (chunk) => {
      text += chunk;
      if (enough?.test(text)) resolve();
    });
    socket.on("end", resolve).on("close", resolve);
    socket.write(sent);
  });
  socket.destroy();
  return text || failure;
}

function descriptors({ pid }: StartedServer): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

test("S63 an upgrade is answered like a normal request, on every path, before and after a page was served", async () => {
  const { port } = started.server();
  const answersAll = async () => {
    for (const path of paths) {
      const plain = await exchange(port, head(`GET ${path}`, "Connection: close"));
      for (const [name, lines] of Object.entries(upgrades)) {
        const upgraded = await exchange(port, head(`GET ${path}`, ...lines), /^HTTP\/1\.1 \d{3}/);
        // A busy machine may answer a page with 503, which is a response.
        const statuses = [plain, upgraded]
          .map((answer) => answer.slice(9, 12))
          .filter((one) => one !== "503");
        expect(new Set(statuses).size, `${path}, ${name}`).toBeLessThanOrEqual(1);
        expect(upgraded, `${path}, ${name}`).toMatch(/^HTTP\/1\.1 [2-5]\d\d /);
      }
    }
  };
  await answersAll();
  expect((await sendHttp(port, "/sign-in", { headers: { accept: "text/html" } })).body).toContain("<html");
  await answersAll();
});

test("S63 the body of a request with Upgrade is read as its body", async () => {
  const { port, origin } = started.server();
  const body = JSON.stringify({ email: "ada@example.test", password: "not the password" });
  const sent = [
    "POST /api/sign-in HTTP/1.1",
    `Host: ${new URL(origin).host}`,
    `Origin: ${origin}`,
    "Content-Type: application/json",
    `Content-Length: ${body.length}`,
    "Connection: Upgrade, HTTP2-Settings",
    "Upgrade: h2c",
    "HTTP2-Settings: AAMAAABkAAQAAP__",
    "",
    body,
  ];
  expect(await exchange(port, sent.join("\r\n"), /"code":/)).toContain("incorrect_credentials");
});

test("S63 file descriptors are released after upgrades, CONNECT, Expect and clients that disconnect early", async () => {
  const server = started.server();
  await sendHttp(server.port, "/sign-in", { headers: { accept: "text/html" } });
  await exchange(server.port, head("GET /sign-in", "Connection: close"));
  const before = descriptors(server);
  const heads = [
    ...paths.flatMap((path) => Object.values(upgrades).map((lines) => head(`GET ${path}`, ...lines))),
    head("CONNECT example.org:443"),
    head("CONNECT /sign-in"),
    head("POST /api/sign-in", "Expect: 100-continue", "Content-Type: application/json", "Content-Length: 2"),
    head("POST /api/v1/verify", "Expect: something", "Content-Length: 2"),
    head("GET /sign-in").slice(0, 20),
    "",
  ];
  const sockets: Socket[] = [];
  for (let round = 0; round < 5; round += 1)
    for (const sent of heads) {
      const socket = connect({ port: server.port, host: "127.0.0.1", allowHalfOpen: true });
      socket.on("error", () => {});
      socket.resume();
      if (round % 2) socket.end(sent);
      else socket.write(sent);
      sockets.push(socket);
    }
  expect((await sendHttp(server.port, "/api/health")).status).toBe(200);
  for (const socket of sockets) socket.destroy();
  await waitUntil("the file descriptors are released", async () => descriptors(server) <= before + 2);
});

test("S63 CONNECT and an unknown Expect are rejected without waiting", async () => {
  const { port } = started.server();
  expect(await exchange(port, head("CONNECT example.org:443"))).toMatch(/^HTTP\/1\.1 405 /);
  expect(await exchange(port, head("GET /api/health", "Expect: something"), / 417 /)).toMatch(
    /^HTTP\/1\.1 417 /,
  );
  expect(await exchange(port, head("GET /api/health", "Connection: close", "Expect: 100-continue"))).toMatch(
    /^HTTP\/1\.1 (100 Continue\r\n\r\nHTTP\/1\.1 )?200 /,
  );
  // A client that has closed its side still gets its response.
  const half = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  half.end(head("GET /sign-in", "Accept: text/html"));
  const [chunk] = (await once(half, "data")) as [Buffer];
  expect(chunk.toString()).toMatch(/^HTTP\/1\.1 (200|503) /);
  half.destroy();
});

type Outcome = { answered: number; cutOff: string[] };

/** Calls sequentially, until a response announces the close or, with a new connection for each call, /api/ready says "stopping". */
async function callUntilTold(
  port: number,
  path: string,
  pauseMs: number,
  agent: Agent | false,
  outcome: Outcome,
): Promise<Outcome> {
  const call = (called: string) =>
    new Promise<string>((resolve) => {
      const request = httpRequest({ port, host: "127.0.0.1", path: called, agent }, (response) => {
        response.resume();
        const ends = agent && response.headers.connection === "close" ? ", and the last" : "";
        response.on("end", () => resolve(`answered ${response.statusCode}${ends}`));
        response.on("error", () => resolve("cut off in the answer"));
      });
      request.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      request.end();
    });
  for (;;) {
    if (!agent && (await call("/api/ready")) !== "answered 200") return outcome;
    const ended = await call(path);
    if (ended === "ECONNREFUSED") return outcome;
    if (ended.startsWith("answered")) outcome.answered += 1;
    if (ended.endsWith("the last")) return outcome;
    if (!ended.startsWith("answered"))
      outcome.cutOff.push(`${path}, every ${pauseMs} ms, ${agent ? "kept" : "new"} connection: ${ended}`);
    await restBetweenCalls(pauseMs);
  }
}

test.each([
  ["one process", {}],
  ["two workers", { WORKERS: "2" }],
])(
  "S63 SIGTERM cuts off no request of clients that keep their connection, or make new ones: %s",
  async (_, settings) => {
    const server = await started.another(settings);
    const { port } = server;
    await sendHttp(port, "/sign-in", { headers: { accept: "text/html" } });
    const outcomes: Outcome[] = [];
    const clients = ["/api/forward-auth/x", "/api/public/v1/me", "/api/account"].flatMap((path) =>
      [0, 7, 400].flatMap((pauseMs) =>
        [() => new Agent({ keepAlive: true, maxSockets: 1 }), () => false as const].map((agent) => {
          const outcome: Outcome = { answered: 0, cutOff: [] };
          outcomes.push(outcome);
          return callUntilTold(port, path, pauseMs, agent(), outcome);
        }),
      ),
    );
    await waitUntil("each has been answered", async () => outcomes.every(({ answered }) => answered > 0));
    const three = head("GET /api/health") + head("GET /api/forward-auth/x") + head("GET /api/health");
    const pipelined = Array.from({ length: 8 }, () => exchange(port, three, /^(HTTP\/1\.1 \d[\s\S]*){3}/));
    const silent = connect({ port, host: "127.0.0.1" }).on("error", () => {});
    const upgraded = connect({ port, host: "127.0.0.1" }).on("error", () => {});
    upgraded.write(head("GET /sign-in", ...upgrades.websocket));
    await once(upgraded, "data");
    const stopped = server.stop("SIGTERM");
    await Promise.all(clients);
    expect(outcomes.flatMap(({ cutOff }) => cutOff)).toEqual([]);
    const answers = (await Promise.all(pipelined)).map(
      (text) => text.match(/HTTP\/1\.1 \d/g)?.length ?? text,
    );
    expect(answers).toEqual(Array(8).fill(3));
    expect(await stopped).toBe(0);
    silent.destroy();
  },
);

test.each([
  ["one process", {}],
  ["two workers", { WORKERS: "2" }],
])(
  "after SIGTERM a health check gets `stopping` from /api/ready several times, without other clients: %s",
  async (_, settings) => {
    const server = await started.another(settings);
    const stopped = server.stop("SIGTERM");
    const answers: string[] = [];
    for (;;) {
      const answer = await exchange(server.port, head("GET /api/ready?checks=none", "Connection: close"));
      if (!answer.startsWith("HTTP")) break;
      answers.push(answer);
      // Longer than the listener waits for further connections.
      await restBetweenCalls(500);
    }
    expect(
      answers.filter((answer) => /^HTTP\/1\.1 503 .*"status":"stopping"/s.test(answer)).length,
    ).toBeGreaterThanOrEqual(3);
    expect(await stopped).toBe(0);
  },
);
