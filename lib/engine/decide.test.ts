import { expect, test } from "vitest";
import { revokeApiKey } from "@/lib/server/keys/revoke-api-key";
import { runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { useKeyApi } from "@/tests/processes/key-api-server";

useRuntime();
const call = useKeyApi();

test("all three header forms are accepted", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor);
  const forms = [
    ["x-api-key", secret],
    ["authorization", `Bearer ${secret}`],
    ["authorization", `api-key   ${secret}`],
    ["authorization", `BEARER ${secret}`],
  ] as const;
  for (const [name, value] of forms) {
    expect((await call("/api/public/v1/me", { headers: { [name]: value } })).status).toBe(200);
  }
});

test("a revoked key is denied from the next request on", async () => {
  const { actor } = await makeWorkspace();
  const { key, secret } = await makeKey(actor);
  expect((await call("/api/public/v1/me", { headers: { "x-api-key": secret } })).status).toBe(200);
  await revokeApiKey(actor, key.id);
  const answer = await call("/api/public/v1/me", { headers: { "x-api-key": secret } });
  expect(answer.status).toBe(401);
  expect(answer.json).toMatchObject({ error: { code: "revoked_key" } });
});

test("S29 a bad checksum or any one-character change is invalid_key without a query", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor);
  const before = runtime().engine.keyCache.queries;
  for (const index of [6, 20, secret.length - 1]) {
    const changed = secret.slice(0, index) + (secret[index] === "a" ? "b" : "a") + secret.slice(index + 1);
    const answer = await call("/api/public/v1/me", { headers: { "x-api-key": changed } });
    expect(answer.json).toMatchObject({ error: { code: "invalid_key" } });
  }
  expect(runtime().engine.keyCache.queries).toBe(before);
});
