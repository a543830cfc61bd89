import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clientConfig } from "@/lib/server/database";
import { password } from "../factories/factories";
import { Browser, sendHttp } from "../peers/http-client";
import { startTcpProxy, type TcpProxy } from "../peers/tcp-proxy";
import { useStartedConsole } from "../processes/started-console";
import type { StartedServer } from "../processes/started-server";
import { waitUntil } from "../wait-until";

const started = useStartedConsole();

describe("while the database is unavailable", () => {
  let database: TcpProxy;
  let server: StartedServer;
  let browser: Browser;
  beforeAll(async () => {
    database = await startTcpProxy(started.database().url);
    const { email } = await started.signedUp();
    server = await started.another({ DATABASE_URL: database.url });
    browser = new Browser(server.port);
    await browser.post("/api/sign-in", { email, password });
    database.cut();
  });
  afterAll(() => database?.close());

  const changes: [string, string, unknown][] = [
    ["POST", "/api/sign-in", { email: "a@example.test", password }],
    ["POST", "/api/sign-up", { name: "A", email: "a@example.test", password, workspaceName: "A" }],
    ["POST", "/api/account/reauthenticate", { password }],
    ["PATCH", "/api/account", { name: "A" }],
    ["POST", "/api/sign-out", {}],
  ];

  test("console routes answer 503 unavailable with Retry-After, and don't sign anyone out", async () => {
    for (const path of [
      "/api/account",
      "/api/account/sessions",
      "/api/workspaces/x",
      "/api/workspaces/x/api-keys",
      "/api/workspaces/x/access-logs",
    ]) {
      const answer = await browser.request(path);
      expect([answer.status, answer.json], path).toMatchObject([503, { error: { code: "unavailable" } }]);
      expect(Number(answer.headers["retry-after"]), path).toBeGreaterThan(0);
    }
    for (const [method, path, body] of changes) {
      const answer = await browser.request(path, { method, body });
      expect([answer.status, answer.json], path).toMatchObject([503, { error: { code: "unavailable" } }]);
    }
    expect(browser.cookies.has("keyward.session")).toBe(true);
  });

  test("S61 neither routes nor pages reveal where the database is, or a stack trace", async () => {
    for (const path of [
      "/api/account",
      "/settings",
      "/acme/settings/api/keys",
      "/sign-in",
      "/api/auth/session",
      "/api/ready",
    ]) {
      const answer = await browser.request(path, { headers: { accept: "text/html" } });
      expect(answer.body, path).not.toMatch(
        /ECONNREFUSED|127\.0\.0\.1:\d|[Pp]ostgres|[Pp]risma|node_modules|\bat \S+ \(/,
      );
    }
  });

  test("a page is 503 and reloads itself, once the process has noticed", async () => {
    await waitUntil("a page says 503", async () => (await browser.request("/sign-in")).status === 503);
    const { headers, body } = await browser.request("/settings", { headers: { accept: "text/html" } });
    expect(headers["retry-after"]).toBe("3");
    expect(body).toContain("can't reach its database");
  });

  test("the process stays alive, reports that it isn't ready, and works again once the database is back", async () => {
    expect((await browser.request("/api/health")).status).toBe(200);
    expect((await browser.request("/api/ready")).json).toMatchObject({
      status: "unavailable",
      checks: { database: "unavailable" },
    });
    database.restore();
    await waitUntil(
      "the session is known again",
      async () => (await browser.request("/api/account")).status === 200,
    );
  });
});

test("S61 a forced error reveals no stack, query or version, on a route and on a page; the log has its request id", async () => {
  const { browser, slug } = await started.signedUp();
  const client = new pg.Client(clientConfig(started.database().url));
  await client.connect();
  try {
    await client.query("ALTER TABLE members RENAME TO members_elsewhere");
    const answer = await browser.request("/api/account", { headers: { "x-request-id": "forced-error" } });
    expect([answer.status, answer.json]).toMatchObject([
      500,
      { error: { code: "internal_error", message: "Something went wrong on our side." } },
    ]);
    const page = await browser.request(`/${slug}/settings/profile`, { headers: { accept: "text/html" } });
    for (const { body, headers } of [answer, page]) {
      expect(body + JSON.stringify(headers)).not.toMatch(
        /members_|SELECT |[Pp]risma|node_modules|\.ts:\d|\bat \S+ \(|PostgreSQL|Next\.js/,
      );
    }
    expect(page.status).toBe(500);
  } finally {
    await client.query("ALTER TABLE members_elsewhere RENAME TO members");
    await client.end();
  }
  await started.server().printed(/forced-error/);
  expect((await browser.request("/api/account")).status).toBe(200);
});

test("S55 headers that are too large, and malformed paths and methods, are rejected without a server error", async () => {
  const { port } = started.server();
  for (const path of [
    "/%",
    "/%00",
    "/%ff/settings",
    "/%00/settings/api/keys",
    "/..%2f..%2fetc/passwd",
    "/_next/static/../../package.json",
    "/_next/image?url=http://127.0.0.1/&w=64&q=75",
    `/${"a".repeat(5000)}`,
    "/api/workspaces/%00",
    "/api/nothing",
  ]) {
    const answer = await sendHttp(port, path, { headers: { accept: "text/html" } });
    expect([307, 308, 400, 404, 414], path).toContain(answer.status);
    expect(answer.body, path).not.toMatch(/node_modules|\bat \S+ \(|"dependencies"/);
  }
  for (const method of ["TRACE", "DELETE", "PUT", "PROPFIND"]) {
    expect([400, 403, 404, 405, 501], method).toContain(
      (await sendHttp(port, "/api/account", { method, headers: { "content-length": "0" } })).status,
    );
  }
  const oversized = await sendHttp(port, "/sign-in", { headers: { "x-large": "x".repeat(20_000) } });
  expect(oversized.status).toBe(431);
});

test("SIGTERM under load drops no request, and the process exits with 0", async () => {
  const server = await started.another();
  const answers: Promise<number>[] = [];
  const ask = (port: number, path: string) =>
    sendHttp(port, path, { headers: { accept: "text/html" } }).then(({ status }) => status);
  for (let index = 0; index < 120; index += 1)
    answers.push(ask(server.port, index % 4 ? "/sign-in" : "/api/account"));
  // Connections are accepted in order: once a later one is answered, all earlier ones are in progress.
  expect(await ask(server.port, "/api/health")).toBe(200);
  const stopped = server.stop("SIGTERM");
  const settled = await Promise.allSettled(answers);
  const answered = settled
    .filter((one) => one.status === "fulfilled")
    .map((one) => (one as PromiseFulfilledResult<number>).value);
  expect(answered.length, JSON.stringify(settled.find((one) => one.status === "rejected"))).toBe(120);
  // A busy machine may answer a page with 503: that is a response, so no request was dropped.
  expect(new Set(answered.filter((status) => status !== 503))).toEqual(new Set([200, 401]));
  expect(await stopped).toBe(0);
  await expect(ask(server.port, "/api/health")).rejects.toThrow(/ECONNREFUSED/);
});
