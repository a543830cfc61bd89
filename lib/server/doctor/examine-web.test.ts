import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type EventReceiver, type ReceiverAnswer, startEventReceiver } from "@/tests/peers/event-receiver";
import { parseEnv } from "../env";
import { programVersion } from "../version";
import { examineWeb, judgeVersion } from "./examine-web";
import { judgeCookies, judgeHsts, judgeTls } from "./judge-web";

const hsts = "max-age=31536000; includeSubDomains";
const cookie = "__Host-keyward.csrf=x; Path=/; HttpOnly; Secure; SameSite=Lax";

test.each<[string, string[], string]>([
  ["as it is sent", [hsts], "ok"],
  ["removed", [], "warning"],
  ["turned off", ["max-age=0"], "warning"],
  ["too short", ["max-age=3600"], "warning"],
  ["without an age", ["includeSubDomains"], "warning"],
  ["also by the proxy", [hsts, "max-age=63072000"], "note"],
])("Strict-Transport-Security %s", (_title, values, severity) => {
  expect(judgeHsts(values)).toMatchObject({ id: "web.hsts", severity });
});

test.each<[string, string[], RegExp | null]>([
  ["as they are sent", [cookie, "other=1"], null],
  ["removed", [], /don't arrive/],
  ["with a domain", [`${cookie}; Domain=example.com`], /has Domain=example.com/],
  ["with a path", [cookie.replace("Path=/", "Path=/app")], /has Path=\/app/],
  ["not secure", [cookie.replace("; Secure", "")], /lacks secure/],
  ["for scripts", [cookie.replace("; HttpOnly", "")], /lacks httponly/],
  ["for other sites", [cookie.replace("Lax", "None")], /lacks SameSite/],
])("cookies %s", (_title, cookies, fault) => {
  const found = judgeCookies(cookies);
  expect(found).toMatchObject({ id: "web.cookies", severity: fault ? "problem" : "ok" });
  if (fault) expect(found.what).toMatch(fault);
});

test.each<[number | null, boolean, string]>([
  [80, false, "ok"],
  [80, true, "warning"],
  [10, false, "warning"],
  [2, false, "problem"],
  [null, false, "problem"],
])("a certificate for %s more days, old protocols: %s, is %s", (days, acceptsOldTls, severity) => {
  const now = new Date("2026-01-01T00:00:00Z");
  const validTo = new Date(now.getTime() + ((days ?? 0) + 0.5) * 86_400_000);
  const certificate = days === null ? null : { validTo, issuer: "Some CA" };
  expect(judgeTls({ certificate, acceptsOldTls, now })).toMatchObject({ id: "web.tls", severity });
});

test("another version at APP_URL is a note", () => {
  expect(judgeVersion('{"status": "ok", "version": "0.2.0"}', "0.1.0+abc")).toMatchObject({
    ...{ severity: "note", what: "The server runs version 0.2.0, and this program is 0.1.0+abc." },
  });
  expect(judgeVersion('{"status":"ok"}', "0.1.0")).toMatchObject({ severity: "note" });
});

let server: EventReceiver;
beforeAll(async () => {
  server = await startEventReceiver();
});
afterAll(() => server.close());

function examine(appUrl: string, signal = new AbortController().signal) {
  const secrets = {
    AUTH_SECRET: randomBytes(33).toString("base64"),
    ENCRYPTION_KEYS: randomBytes(32).toString("base64"),
  };
  return examineWeb(parseEnv({ APP_URL: appUrl, ...secrets }), { signal, stepMs: 30_000 });
}

const healthy: Record<string, ReceiverAnswer> = {
  "/api/health": { status: 200, body: `{"status":"ok","version":"${programVersion}"}` },
  "/sign-in": { status: 200, headers: { "Strict-Transport-Security": hsts } },
  "/api/auth/csrf": { status: 200, headers: { "Set-Cookie": cookie } },
};
const serve = (answers: Record<string, ReceiverAnswer>) =>
  server.answer(({ path }) => answers[path] ?? { status: 404 });

test("a server behind TLS is asked as a browser would", async () => {
  serve(healthy);
  const found = await examine(server.origin);
  expect(found.map(({ id, severity }) => [id, severity])).toEqual(
    ["web.reachable", "web.version", "web.tls", "web.hsts", "web.cookies"].map((id) => [id, "ok"]),
  );
  serve({ ...healthy, "/sign-in": { status: 200 } });
  expect((await examine(server.origin)).find(({ id }) => id === "web.hsts")?.severity).toBe("warning");
});

test("another program at APP_URL, a certificate for another name and a closed port are told apart", async () => {
  serve({ "/api/health": { status: 200, body: "<h1>It works!</h1>" } });
  expect(await examine(server.origin)).toMatchObject([{ id: "web.reachable", severity: "problem" }]);
  serve(healthy);
  // The certificate is for 127.0.0.1.
  const another = await startEventReceiver("127.0.0.2");
  expect(await examine(another.origin)).toMatchObject([{ id: "web.tls", severity: "problem" }]);
  await another.close();
  expect(await examine("https://127.0.0.1:1")).toMatchObject([
    { id: "web.reachable", severity: "problem", what: expect.stringContaining("ECONNREFUSED") },
  ]);
});

test("a server that never answers is given up when the time is over", async () => {
  server.answer(() => "hang");
  const controller = new AbortController();
  const found = examine(server.origin, controller.signal);
  controller.abort();
  expect(await found).toMatchObject([{ id: "web.reachable", severity: "problem" }]);
});
