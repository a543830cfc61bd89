import { expect, test } from "vitest";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { useKeyApi } from "@/tests/processes/key-api-server";
import { db, runtime } from "../runtime";
import { revokeApiKey } from "./revoke-api-key";

const most = 3;
useRuntime({ API_KEYS_PER_WORKSPACE: String(most) });
const call = useKeyApi();

/** A workspace with one key, which manages others. */
async function managing() {
  const made = await makeWorkspace();
  const { key, secret } = await makeKey(made.actor, { canManageKeys: true });
  const headers = { "x-api-key": secret };
  const create = () =>
    call("/auth/api-keys", { method: "POST", headers, body: { name: "ci", permission_level: "read_only" } });
  const rotate = (id: string, using = secret) =>
    call(`/auth/api-keys/${id}/rotate`, { method: "POST", headers: { "x-api-key": using } });
  const extend = (id: string) =>
    call(`/auth/api-keys/${id}`, { method: "PATCH", headers, body: { expiration_days: 1 } });
  const live = () => db().apiKey.count({ where: { workspaceId: made.workspace.id, revokedAt: null } });
  return { ...made, key, create, rotate, extend, live };
}

test("S37 of fifty concurrent creations with room for one, one succeeds", async () => {
  const { actor, create, live } = await managing();
  await makeKey(actor);
  // Connections that are open already, or the first creation would be over before the second one is connected.
  await Promise.all(Array.from({ length: 20 }, live));
  const answers = await Promise.all(Array.from({ length: 50 }, create));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  for (const { status, body } of answers.filter((answer) => answer.status !== 200)) {
    // A machine without the time for fifty transactions says so, and makes no key either.
    expect([409, 503], body).toContain(status);
    if (status === 409) expect(body).toContain(`limit of ${most} active API keys`);
  }
  expect(await live()).toBe(most);
});

test("S37 revoked and expired keys don't count, disabled ones do, and other workspaces' keys don't matter", async () => {
  const { actor, create } = await managing();
  const other = await managing();
  const { key: one } = await makeKey(actor);
  const { key: two } = await makeKey(actor);
  expect((await create()).status).toBe(409);
  expect((await other.create()).status).toBe(200);
  await db().apiKey.update({ where: { id: one.id }, data: { disabledAt: new Date() } });
  expect((await create()).status).toBe(409);
  await revokeApiKey(actor, one.id);
  expect((await create()).status).toBe(200);
  await db().apiKey.update({ where: { id: two.id }, data: { expiresAt: new Date(Date.now() - 1000) } });
  expect((await create()).status).toBe(200);
  expect((await create()).status).toBe(409);
});

test("S37 an expired key can be extended only within the limit", async () => {
  const { actor, create, extend } = await managing();
  const { key } = await makeKey(actor);
  await db().apiKey.update({ where: { id: key.id }, data: { expiresAt: new Date(Date.now() - 1000) } });
  await runtime().engine.rejections.waitUntilRejectedEverywhere();
  const made = [await create(), await create()].map(({ json }) => (json as { key_id: string }).key_id);
  expect((await extend(key.id)).status).toBe(409);
  expect((await extend(made[0] as string)).status).toBe(200);
  await revokeApiKey(actor, made[1] as string);
  expect((await extend(key.id)).status).toBe(200);
});

test("S37 a full workspace can rotate, up to twice the limit", async () => {
  const { actor, key, create, rotate, live } = await managing();
  await makeKey(actor);
  await makeKey(actor);
  let next = { id: key.id, secret: undefined as string | undefined };
  for (let times = 0; times < most; times += 1) {
    const answer = await rotate(next.id, next.secret);
    expect(answer.status).toBe(200);
    const { key_id, key: secret } = answer.json as { key_id: string; key: string };
    next = { id: key_id, secret };
  }
  expect(await live()).toBe(2 * most);
  expect((await create()).status).toBe(409);
  expect((await rotate(next.id, next.secret)).status).toBe(409);
});
