import { expect, test } from "vitest";
import { sendHttp } from "../peers/http-client";
import { useStartedConsole } from "../processes/started-console";

const started = useStartedConsole({ SERVICE_TOKEN: "the-token-of-a-service" });
const ask = (path: string, method = "GET", headers: Record<string, string> = {}) =>
  sendHttp(started.server().port, path, { method, headers: { accept: "text/html", ...headers } });

test("unknown paths for programs answer 404 in JSON, with any method", async () => {
  for (const path of [
    "/openapi.json/unknown",
    "/.well-known/security.txt",
    "/credentials/unknown",
    "/api",
    "/api/unknown",
    "/api/unknown/below",
    "/api/v1/unknown",
    "/api/public/v1/unknown",
    "/auth/unknown",
    "/oauth/unknown",
    "/v2/keys.unknown",
  ])
    for (const method of ["GET", "POST", "DELETE"]) {
      const { origin } = started.server();
      const answer = await ask(path, method, { origin, "content-type": "application/json" });
      expect([answer.status, answer.headers["content-type"]], `${method} ${path}`).toEqual([
        404,
        expect.stringContaining("application/json"),
      ]);
      expect(answer.headers["x-request-id"], path).toBeTruthy();
    }
});

test("unknown paths for people answer 404 with a page, signed in or not", async () => {
  const { browser } = await started.signedUp();
  const cookie = [...browser.cookies].map((pair) => pair.join("=")).join("; ");
  for (const path of [
    "/x",
    "/index.php",
    "/wp-login.php",
    "/.env",
    "/docs/unknown",
    "/new",
    "/a/b/c",
    "/UPPER",
  ])
    for (const answer of [await ask(path), await ask(path, "GET", { cookie })]) {
      expect([answer.status, answer.headers["content-type"]], path).toEqual([
        404,
        expect.stringContaining("text/html"),
      ]);
    }
});

test("files that browsers and crawlers request exist", async () => {
  const icon = await ask("/favicon.ico");
  expect([icon.status, icon.headers["content-type"]]).toEqual([200, expect.stringContaining("image/")]);
  const robots = await ask("/robots.txt");
  expect([robots.status, robots.body]).toEqual([200, expect.stringContaining("Disallow: /")]);
});

test("a trailing slash changes nothing, or redirects to the path without it", async () => {
  const service = { authorization: "Bearer the-token-of-a-service", "content-type": "application/json" };
  expect((await ask("/api/public/v1/me/")).json).toMatchObject({ error: { code: "missing_key" } });
  expect((await ask("/auth/api-keys/")).json).toMatchObject({ error: { code: "missing_key" } });
  const verified = await sendHttp(started.server().port, "/api/v1/verify/", {
    method: "POST",
    headers: service,
    body: { key: "kw_sk_unknown" },
  });
  expect(verified.json).toMatchObject({ valid: false, code: "invalid_key" });
  const account = await ask("/api/account/");
  expect([account.status, account.headers.location]).toEqual([308, "/api/account"]);
});
