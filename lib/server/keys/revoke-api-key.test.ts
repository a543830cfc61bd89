import { expect, test } from "vitest";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey } from "@/tests/factories/factories";
import { makeManagingKey } from "@/tests/factories/managing-key";
import { useKeyApi } from "@/tests/processes/key-api-server";
import { db } from "../runtime";

useRuntime();
const call = useKeyApi();
const managingKey = () => makeManagingKey(call);

type Json = Record<string, unknown>;
const timestamp = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

test("DELETE revokes permanently and returns the time and instances; a repeat returns the same time", async () => {
  const { ask, actor } = await managingKey();
  const { key, secret } = await makeKey(actor);
  const first = (await ask("DELETE", `/${key.id}`)).json as Json;
  expect(first).toEqual({
    key_id: key.id,
    status: "revoked",
    revoked_at: timestamp,
    rejected_everywhere: { after_ms: expect.any(Number), instances: 1 },
  });
  const denied = await call("/api/public/v1/me", { headers: { "x-api-key": secret } });
  expect(denied.json).toMatchObject({
    error: { code: "revoked_key", message: expect.stringContaining("was revoked on 20") },
  });
  expect(((await ask("DELETE", `/${key.id}`)).json as Json).revoked_at).toBe(first.revoked_at);
  expect((await ask("PATCH", `/${key.id}`, { disabled: false })).json).toMatchObject({
    error: { code: "conflict" },
  });
  expect((await ask("GET", `/${key.id}`)).json).toMatchObject({
    status: "revoked",
    revoked_at: first.revoked_at,
  });
});

test("S35 a request that starts after a revocation was answered is rejected, even right after allowed ones", async () => {
  const { ask, actor } = await managingKey();
  const { key, secret } = await makeKey(actor);
  const me = () => call("/api/public/v1/me", { headers: { "x-api-key": secret } });
  const before = Promise.all(Array.from({ length: 10 }, me));
  expect((await before).every(({ status }) => status === 200)).toBe(true);
  await Promise.all([ask("DELETE", `/${key.id}`), ...Array.from({ length: 10 }, me)]);
  const after = await Promise.all(Array.from({ length: 10 }, me));
  expect(after.every(({ status }) => status === 401)).toBe(true);
});

test("a key can revoke itself once", async () => {
  const { ask, key } = await managingKey();
  expect((await ask("DELETE", "/current")).json).toMatchObject({ key_id: key.id, status: "revoked" });
  expect((await ask("DELETE", "/current")).json).toMatchObject({ error: { code: "revoked_key" } });
});

test("S36 fifty concurrent revocations write one audit event and return one time", async () => {
  const { ask, actor } = await managingKey();
  const { key } = await makeKey(actor);
  const revoke = async () => {
    let answer = await ask("DELETE", `/${key.id}`);
    // Short of processor time the server may not know yet, and says so: repeating it is safe.
    while (answer.status === 503) answer = await ask("DELETE", `/${key.id}`);
    return answer;
  };
  const answers = await Promise.all(Array.from({ length: 50 }, revoke));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(new Set(answers.map(({ json }) => (json as Json).revoked_at)).size).toBe(1);
  expect(await db().auditEvent.count({ where: { targetId: key.id, action: "api_key.revoked" } })).toBe(1);
});
