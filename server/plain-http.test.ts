import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { sendRaw, useKeyApiServer } from "@/tests/processes/key-api-server";
import { isPlainHttp } from "./plain-http";

const appUrl = "https://console.example.com";
useRuntime({
  APP_URL: appUrl,
  AUTH_SECRET: randomBytes(33).toString("base64"),
  ENCRYPTION_KEYS: randomBytes(32).toString("base64"),
  PLAIN_HTTP_FROM: "10.1.0.0/16",
});
const server = useKeyApiServer();
/** As a proxy on this machine passes a request on. */
const forwarded = (proto: string, client = "203.0.113.9") => ({
  "x-forwarded-for": client,
  "x-forwarded-proto": proto,
});

/** The peer, the client that it names, how it says the client asked, and whether the request came without TLS. */
const requests: [string | undefined, string, string | null, boolean][] = [
  ["203.0.113.9", "203.0.113.9", null, true],
  ["203.0.113.9", "203.0.113.9", "https", true],
  ["::ffff:203.0.113.9", "203.0.113.9", null, true],
  [undefined, "0.0.0.0", null, true],
  ["127.0.0.1", "127.0.0.1", null, false],
  ["::1", "::1", null, false],
  ["10.1.2.3", "10.1.2.3", null, false],
  ["10.2.2.3", "10.2.2.3", null, true],
  ["192.0.2.1", "203.0.113.9", "https", false],
  ["192.0.2.1", "203.0.113.9", "http", true],
  ["192.0.2.1", "203.0.113.9", "", true],
  ["192.0.2.1", "10.1.2.3", "http", false],
  ["192.0.2.1", "203.0.113.9", null, false],
];
test.each(requests)(
  "a request of %s for %s, forwarded as %s, came without TLS: %s",
  (peer, client, scheme, expected) => {
    const { plainHttpFrom } = runtime().env;
    expect(isPlainHttp(peer, client, scheme, { trustedProxies: ["192.0.2.1"], plainHttpFrom })).toBe(
      expected,
    );
  },
);

test("a key that was sent without TLS is refused, and passes with it", async () => {
  const { secret } = await makeKey((await makeWorkspace()).actor);
  const me = (headers: Record<string, string>) =>
    sendRaw(server.port(), "/api/public/v1/me", { headers: { "x-api-key": secret, ...headers } });
  const refused = await me(forwarded("http"));
  expect([refused.status, refused.json]).toMatchObject([403, { error: { code: "https_required" } }]);
  for (const path of ["/auth/api-keys", "/api/v1/verify", "/metrics", "/credentials/revoke", "/api/account"])
    expect(await sendRaw(server.port(), path, { headers: forwarded("http") }), path).toMatchObject({
      status: 403,
      json: { error: { code: "https_required" } },
    });
  for (const headers of [forwarded("https"), forwarded("http", "10.1.2.3"), {}])
    expect((await me(headers)).status).toBe(200);
});

test("a page is sent to https at APP_URL, whatever host was asked for", async () => {
  const get = (path: string) =>
    sendRaw(server.port(), path, { headers: { host: "evil.example", ...forwarded("http") } });
  for (const path of ["/sign-in?next=%2Facme", "//evil.example/"])
    expect(await get(path)).toMatchObject({ status: 308, headers: { location: appUrl + path } });
  const posted = await sendRaw(server.port(), "/sign-in", { method: "POST", headers: forwarded("http") });
  expect(posted.status).toBe(403);
});

test("probes and gateways may ask without TLS", async () => {
  for (const path of ["/api/health", "/api/ready?checks=none"])
    expect((await sendRaw(server.port(), path, { headers: forwarded("http") })).status).toBe(200);
  const asked = { "x-forwarded-method": "GET", "x-forwarded-uri": "/v1/files", ...forwarded("http") };
  expect((await sendRaw(server.port(), "/api/forward-auth", { headers: asked })).json).toMatchObject({
    error: { code: "missing_key" },
  });
});

test("a local server takes plain http", async () => {
  const { env } = runtime();
  env.local = true;
  try {
    expect(await sendRaw(server.port(), "/metrics", { headers: forwarded("http") })).toMatchObject({
      status: 404,
    });
  } finally {
    env.local = false;
  }
  expect((await sendRaw(server.port(), "/metrics", { headers: forwarded("http") })).status).toBe(403);
});
