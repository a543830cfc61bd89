import { beforeEach, expect, test } from "vitest";
import { hashOfSecret } from "@/lib/engine/keys/key-format";
import { revokeApiKey } from "@/lib/server/keys/revoke-api-key";
import { db, runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { documented, useGithubKeys } from "@/tests/peers/github-keys-server";
import { useKeyApi } from "@/tests/processes/key-api-server";
import { waitUntil } from "@/tests/wait-until";
import { GithubKeys } from "./github-keys";

const github = useGithubKeys();
useRuntime(github.settings);
const call = useKeyApi();
beforeEach(() => {
  github.state.isAway = false;
});

type Headers = Record<string, string | string[]>;
const post = (body: string, headers: Headers = github.headersOf(body)) =>
  call("/api/leaks", { method: "POST", headers, body });
const matchesOf = (...tokens: string[]) =>
  JSON.stringify(
    tokens.map((token) => ({
      token,
      type: "keyward_api_key",
      url: "https://github.com/a/b",
      source: "content",
    })),
  );
const codeOf = ({ json }: { json: unknown }) => (json as { error: { code: string } }).error.code;
const rowOf = (id: string) => db().apiKey.findUniqueOrThrow({ where: { id } });

test("a key that GitHub reports is revoked, and GitHub learns which matches are keys", async () => {
  const { actor } = await makeWorkspace();
  const [live, revoked] = [await makeKey(actor), await makeKey(actor)];
  await revokeApiKey(actor, revoked.key.id);
  const before = await rowOf(revoked.key.id);
  const answer = await post(matchesOf(live.secret, "not-a-key", revoked.secret));
  expect(answer.status, answer.body).toBe(200);
  expect(answer.headers["cache-control"]).toBe("no-store");
  const feedback = (token: string, label: string) => ({
    token_hash: hashOfSecret(token),
    token_type: "keyward_api_key",
    label,
  });
  expect(answer.json).toEqual([
    feedback(live.secret, "true_positive"),
    feedback("not-a-key", "false_positive"),
    feedback(revoked.secret, "true_positive"),
  ]);
  await waitUntil("the key is denied", async () => {
    const me = await call("/api/public/v1/me", { headers: { "x-api-key": live.secret } });
    return me.status === 401;
  });
  expect(await rowOf(live.key.id)).toMatchObject({
    exposedAt: expect.any(Date),
    exposedUrl: "https://github.com/a/b",
  });
  const event = await db().auditEvent.findFirstOrThrow({
    where: { targetId: live.key.id, action: "api_key.exposed" },
  });
  expect(event.details).toEqual({ found_at: "https://github.com/a/b" });
  await runtime().background.finish();
  expect(await rowOf(revoked.key.id), "a report of a revoked key changes nothing").toEqual(before);
});

test.each([
  ["javascript:alert(1)", null],
  ["http://example.com/a", null],
  ["", null],
  [null, null],
  [`https://example.com/${"a".repeat(2000)}`, null],
  ["https://example.com/a\u202eb", "https://example.com/a\ufffdb"],
])("only a web address in plain text is kept of where a key was found: %s", async (url, kept) => {
  const { actor } = await makeWorkspace();
  const { key, secret } = await makeKey(actor);
  const answer = await post(JSON.stringify([{ token: secret, type: "keyward_api_key", url }]));
  expect(answer.status, answer.body).toBe(200);
  await runtime().background.finish();
  expect(await rowOf(key.id)).toMatchObject({ exposedAt: expect.any(Date), exposedUrl: kept });
});

test("S27 the URL of a place with the key in its name is kept without the key", async () => {
  const { actor } = await makeWorkspace();
  const { key, secret } = await makeKey(actor);
  const url = `https://example.com/search?q=${secret}`;
  expect((await post(JSON.stringify([{ token: secret, type: "k", url }]))).status).toBe(200);
  await runtime().background.finish();
  expect((await rowOf(key.id)).exposedUrl).toBe("https://example.com/search?q=kw_sk_…");
});

test("the signed example of GitHub's documentation is accepted, though its key is no longer current", async () => {
  const answer = await post(documented.body, {
    "github-public-key-identifier": documented.identifier,
    "github-public-key-signature": documented.signature,
  });
  expect([answer.status, answer.json]).toEqual([
    200,
    [{ token_hash: hashOfSecret("some_token"), token_type: "some_type", label: "false_positive" }],
  ]);
});

test("a report that GitHub didn't sign changes nothing", async () => {
  const { actor } = await makeWorkspace();
  const { key, secret } = await makeKey(actor);
  const body = matchesOf(secret);
  const signed = github.headersOf(body);
  const another = github.headersOf(body, github.addKey("unpublished"));
  const cases: [string, Headers, number, string][] = [
    ["no headers", {}, 400, "invalid_request"],
    ["no signature", { ...signed, "github-public-key-signature": "" }, 400, "invalid_request"],
    ["no identifier", { ...signed, "github-public-key-identifier": "" }, 400, "invalid_request"],
    [
      "two identifiers",
      { ...signed, "github-public-key-identifier": ["current", "current"] },
      400,
      "invalid_request",
    ],
    ["not base64", { ...signed, "github-public-key-signature": "%%%%%%%%" }, 400, "invalid_request"],
    ["not DER", { ...signed, "github-public-key-signature": "AAAAAAAA" }, 401, "invalid_key"],
    ["another key's signature", another, 401, "invalid_key"],
    ["another body's signature", github.headersOf(`${body} `), 401, "invalid_key"],
    ["an unknown key", { ...signed, "github-public-key-identifier": "unknown" }, 401, "invalid_key"],
  ];
  for (const [name, headers, status, code] of cases) {
    const answer = await post(body, headers);
    expect([answer.status, codeOf(answer)], name).toEqual([status, code]);
  }
  expect(await rowOf(key.id)).toMatchObject({ revokedAt: null, exposedAt: null });
});

test.each(["", "{}", "[]", "[1]", '[{"token":1,"type":"t"}]', '[{"token":"t"}]', "[", "\xff"])(
  "a signed body that is no list of matches is 400: %s",
  async (body) => {
    const answer = await post(body);
    expect([answer.status, codeOf(answer)]).toEqual([400, "invalid_request"]);
  },
);

test("S55 a report may have 1 MiB", async () => {
  const many = matchesOf(...Array.from({ length: 5000 }, (_, index) => `kw_sk_${index}`));
  expect(many.length).toBeGreaterThan(300_000);
  expect((await post(many)).status).toBe(200);
  const answer = await post(matchesOf("x".repeat(3 * 1024 * 1024)));
  expect([answer.status, codeOf(answer)]).toEqual([413, "payload_too_large"]);
  expect((await post(matchesOf("x"))).status, "the next request on the same connection").toBe(200);
});

test("GitHub's keys are fetched for an unknown identifier, at most once a minute, and kept for a day", async () => {
  let now = 0;
  const url = runtime().env.leakReportKeysUrl;
  const keys = new GithubKeys(url, () => now);
  const fetchesOf = async (identifier: string) => {
    const before = github.state.requests;
    const found = await keys.find(identifier).then(
      () => "found",
      (error: { code: string }) => error.code,
    );
    return [found, github.state.requests - before];
  };
  const both = await Promise.all([keys.find("current"), keys.find(documented.identifier)]);
  expect(both.map(({ type }) => type)).toEqual(["public", "public"]);
  expect(await fetchesOf("current")).toEqual(["found", 0]);
  github.addKey("new");
  github.addKey("weak", "secp256k1");
  expect(await fetchesOf("new")).toEqual(["invalid_key", 0]);
  now += 60_000;
  expect(await fetchesOf("new")).toEqual(["found", 1]);
  expect(await fetchesOf("weak"), "only P-256").toEqual(["invalid_key", 0]);
  github.state.isAway = true;
  now += 60_000;
  expect(await fetchesOf("unknown")).toEqual(["unavailable", 1]);
  expect(await fetchesOf("unknown")).toEqual(["unavailable", 0]);
  expect(await fetchesOf("new")).toEqual(["found", 0]);
  github.state.isAway = false;
  github.published.splice(
    github.published.findIndex((key) => key.key_identifier === "new"),
    1,
  );
  now += 24 * 3_600_000;
  expect(await fetchesOf("new"), "withdrawn").toEqual(["invalid_key", 1]);
  github.state.isAway = true;
  now += 24 * 3_600_000;
  expect(await fetchesOf("current"), "too old to be trusted").toEqual(["unavailable", 1]);
});

test("a process that can't fetch GitHub's keys verifies nothing", async () => {
  github.state.isAway = true;
  const other = new GithubKeys(runtime().env.leakReportKeysUrl, () => 0);
  await expect(other.find("current")).rejects.toMatchObject({ code: "unavailable", retryAfterSeconds: 60 });
});
