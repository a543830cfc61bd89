import { expect, test } from "vitest";
import { generateSecret } from "@/lib/engine/keys/key-format";
import { systemActor } from "@/lib/server/actor";
import { runtime } from "@/lib/server/runtime";
import { setRequestsPerMinute } from "@/lib/server/workspaces/workspace-settings";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { withAnotherRuntime } from "@/tests/processes/another-runtime";
import { type Answer, useKeyApi } from "@/tests/processes/key-api-server";
import { waitUntil } from "@/tests/wait-until";

useRuntime();
const call = useKeyApi();
const me = "/api/public/v1/me";
const ask = (secret: string, from?: string) =>
  call(me, { headers: { "x-api-key": secret, ...(from && { "x-forwarded-for": from }) } });

const statuses = (answers: Answer[]) => answers.map(({ status }) => status).sort((a, b) => a - b);

test("every response to a known key has its limit, also denials, and none to an unknown key has", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor);
  const before = Math.floor(Date.now() / 1000);
  const { headers } = await ask(secret);
  expect(headers).toMatchObject({
    "ratelimit-policy": '"default";q=600;w=60',
    ratelimit: '"default";r=599;t=60',
    "x-ratelimit-limit": "600",
    "x-ratelimit-remaining": "599",
  });
  expect(Number(headers["x-ratelimit-reset"])).toBeGreaterThanOrEqual(before + 60);
  expect(Number(headers["x-ratelimit-reset"])).toBeLessThanOrEqual(Math.ceil(Date.now() / 1000) + 61);
  const denied = await call("/auth/api-keys", { headers: { "x-api-key": secret } });
  expect([denied.status, denied.headers["x-ratelimit-remaining"]]).toEqual([403, "599"]);
  expect((await ask("nonsense")).headers).not.toHaveProperty("ratelimit");
});

test("a key can make exactly its limit of calls at once, and the next is 429", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor, { rateLimitPerMinute: 20 });
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask(secret)));
  expect(statuses(answers)).toEqual(Array(20).fill(200));
  const left = answers.map(({ headers }) => Number(headers["x-ratelimit-remaining"])).sort((a, b) => a - b);
  expect(left).toEqual(Array.from({ length: 20 }, (_, index) => index));

  const refused = await ask(secret);
  expect(refused.status).toBe(429);
  expect(refused.json).toMatchObject({ error: { code: "rate_limit_exceeded" } });
  expect(refused.headers).toMatchObject({
    ratelimit: expect.stringMatching(/^"default";r=0;t=(5\d|60)$/),
    "x-ratelimit-remaining": "0",
  });
  const wait = Number(refused.headers["retry-after"]);
  expect(Number.isInteger(wait) && wait >= 1 && wait <= 60).toBe(true);
});

test("of more simultaneous calls than the limit, exactly the limit passes", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor, { rateLimitPerMinute: 5 });
  const answers = await Promise.all(Array.from({ length: 30 }, () => ask(secret)));
  expect(statuses(answers)).toEqual([...Array(5).fill(200), ...Array(25).fill(429)]);
});

test("denied calls don't count, allowed ones that fail afterwards do", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor, { rateLimitPerMinute: 3, permissionLevel: "read_only" });
  const headers = { "x-api-key": secret };
  for (let index = 0; index < 5; index += 1)
    expect((await call("/auth/api-keys", { headers })).status).toBe(403);
  expect((await call("/api/public/v1/access-logs?limit=0", { headers })).status).toBe(400);
  expect((await ask(secret)).headers["x-ratelimit-remaining"]).toBe("1");
});

test("the workspace's limit applies to keys without their own, and to all its keys together", async () => {
  const { workspace, actor } = await makeWorkspace();
  const keys = await Promise.all([makeKey(actor), makeKey(actor, { rateLimitPerMinute: 2 }), makeKey(actor)]);
  const [plain, own, third] = keys.map(({ secret }) => secret) as [string, string, string];
  await setRequestsPerMinute(systemActor(workspace.id, "Operator"), 6);
  expect((await ask(plain)).headers).toMatchObject({
    "x-ratelimit-limit": "6",
    "x-ratelimit-remaining": "5",
  });
  expect((await ask(own)).headers).toMatchObject({ "x-ratelimit-limit": "2", "x-ratelimit-remaining": "1" });
  expect(statuses(await Promise.all([ask(own), ask(own)]))).toEqual([200, 429]);
  expect(statuses(await Promise.all([ask(plain), ask(plain), ask(third), ask(third)]))).toEqual([
    200, 200, 200, 429,
  ]);
  const refused = await ask(third);
  expect(refused.headers).toMatchObject({ "x-ratelimit-limit": "6", "x-ratelimit-remaining": "0" });
});

test("RATE_LIMIT_PER_MINUTE is the default limit", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor);
  await withAnotherRuntime({ RATE_LIMIT_PER_MINUTE: "2" }, async () => {
    expect((await ask(secret)).headers["ratelimit-policy"]).toBe('"default";q=2;w=60');
    expect((await ask(secret)).status).toBe(200);
    expect((await ask(secret)).status).toBe(429);
  });
});

test("S52 an address that keeps guessing gets 429, and a valid key from there still passes", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor);
  const address = "198.51.100.7";
  const guesses = [];
  for (let index = 0; index < 60; index += 1) guesses.push((await ask(`guess-${index}`, address)).status);
  expect(guesses).toEqual(Array(60).fill(401));
  const before = runtime().engine.keyCache.queries;
  const refused = await ask("guess", address);
  expect(runtime().engine.keyCache.queries).toBe(before);
  expect(refused.json).toMatchObject({ error: { code: "rate_limit_exceeded" } });
  expect([refused.status, Number(refused.headers["retry-after"]) >= 1]).toEqual([429, true]);
  expect((await ask(secret, address)).status).toBe(200);
  expect((await ask("guess", "198.51.100.8")).status).toBe(401);
});

test("S52 beyond the limit, forged keys with a valid checksum cost no query, and keys that aren't in memory still pass", async () => {
  const { actor } = await makeWorkspace();
  const { secret: early } = await makeKey(actor);
  const address = "198.51.100.9";
  const forge = () => ask(generateSecret("kw_sk_"), address);
  for (let index = 0; index < 60; index += 1) expect((await forge()).status).toBe(401);
  await runtime().engine.knownHashes.load();
  const before = runtime().engine.keyCache.queries;
  const statuses = [];
  for (let index = 0; index < 200; index += 1) statuses.push((await forge()).status);
  expect(new Set(statuses)).toEqual(new Set([429]));
  // At most about one hash in 60 is a false positive.
  expect(runtime().engine.keyCache.queries - before).toBeLessThan(20);
  // A key that existed when the filter was loaded, and one created later. Neither was used before.
  const { secret: late } = await makeKey(actor);
  runtime().engine.keyCache.clear();
  expect((await ask(early, address)).status).toBe(200);
  await waitUntil("the new key is allowed", async () => (await ask(late, address)).status === 200);
});

test("S52 without a lease every key is looked up, because new ones may have been created", async () => {
  const address = "198.51.100.10";
  const forge = () => ask(generateSecret("kw_sk_"), address);
  for (let index = 0; index < 60; index += 1) await forge();
  await runtime().engine.knownHashes.load();
  expect((await forge()).status).toBe(429);
  await runtime().engine.leaseKeeper.stop();
  try {
    expect((await forge()).status).toBe(503);
  } finally {
    await runtime().engine.leaseKeeper.start();
  }
});

test("S52 addresses in one /64 share their failures, others don't", async () => {
  for (let index = 0; index < 60; index += 1) {
    expect((await ask("guess", `2001:db8:1:2:${index.toString(16)}::${index}`)).status).toBe(401);
  }
  expect((await ask("guess", "2001:db8:1:2:ffff::1")).status).toBe(429);
  expect((await ask("guess", "2001:db8:1:3::1")).status).toBe(401);
});

test("S52 rotating what stands left in X-Forwarded-For does not change the address", async () => {
  for (let index = 0; index < 60; index += 1) await ask("guess", `10.9.${index}.1, 198.51.100.66`);
  expect((await ask("guess", "10.9.200.1, 198.51.100.66")).status).toBe(429);
});
