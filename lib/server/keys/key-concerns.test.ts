import { beforeAll, expect, test } from "vitest";
import { type KeyConcern, keyConcerns } from "@/lib/contracts/api-key-filters";
import { listApiKeysQuery } from "@/lib/contracts/api-key-list";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeMember, makeWorkspace } from "@/tests/factories/factories";
import type { MemberActor } from "../actor";
import type { Prisma } from "../generated/prisma/client";
import { db, runtime } from "../runtime";
import { countKeyConcerns } from "./count-key-concerns";
import { listApiKeys } from "./list-api-keys";

useRuntime();

const day = 86_400_000;
const ago = (days: number) => new Date(Date.now() - days * day);
const inDays = (days: number) => new Date(Date.now() + days * day).toISOString();
let admin: MemberActor;
let member: MemberActor;
const expected: Record<KeyConcern, string[]> = {
  ...{ never_expires: [], unused: [], excess_rights: [], owner_inactive: [], off_policy: [] },
};

/** A key without any concern: it expires, is young, and its addresses are limited. */
async function key(
  actor: MemberActor,
  input: Parameters<typeof makeKey>[1] = {},
  data: Prisma.ApiKeyUncheckedUpdateInput = {},
): Promise<string> {
  const usual = { expiresAt: inDays(20), allowedIps: ["203.0.113.7"] };
  const { key } = await makeKey(actor, { ...usual, ...input });
  await db().apiKey.update({ where: { id: key.id }, data });
  return key.id;
}

async function called(keyId: string, methods: string[], days: number): Promise<void> {
  const { pool } = runtime();
  await pool.query("INSERT INTO access_log.last_uses (key_id, at) VALUES ($1, now())", [keyId]);
  for (const method of methods)
    await pool.query(
      `INSERT INTO access_log.callers (key_id, address, client, method, route, first_at, last_at, allowed)
       VALUES ($1, '203.0.113.0/24', 'curl', $2, '/v1', $3, now(), 1)`,
      [keyId, method, ago(days)],
    );
}

beforeAll(async () => {
  const { workspace, actor } = await makeWorkspace();
  admin = actor;
  member = (await makeMember(workspace, "member")).actor;
  const { actor: leaver } = await makeMember(workspace, "member");
  const { actor: viewer } = await makeMember(workspace, "member");

  expected.never_expires.push(await key(admin, { expiresAt: null }));
  await key(admin, { expiresAt: null }, { revokedAt: new Date() });
  expected.unused.push(await key(member, {}, { createdAt: ago(100), lifetimeSeconds: null }));
  await called(await key(member, {}, { createdAt: ago(100) }), ["POST"], 1);
  await key(member, {}, { createdAt: ago(100), expiresAt: ago(1) });

  const writer = { permissionLevel: "read_write" } as const;
  const excess = await key(admin, writer);
  await called(excess, ["GET", "HEAD"], 40);
  expected.excess_rights.push(excess);
  await called(await key(admin, writer), ["GET", "POST"], 40);
  await called(await key(admin, writer), ["GET"], 5);
  // Verified without a method, so it isn't known what it did.
  await called(await key(admin, writer), ["GET", ""], 40);
  await called(await key(viewer, writer), ["GET"], 40);
  await db().member.updateMany({ where: { userId: viewer.userId }, data: { role: "viewer" } });

  expected.owner_inactive.push(await key(leaver));
  await db().member.updateMany({ where: { userId: leaver.userId }, data: { suspendedAt: new Date() } });

  const anywhere = await key(admin, { allowedIps: [] });
  await db().workspace.update({
    where: { id: workspace.id },
    data: { keyPolicy: { requireAllowedIps: true } },
  });
  expected.off_policy.push(anywhere);
  // Keys of another workspace are neither counted nor listed.
  await key((await makeWorkspace()).actor, { expiresAt: null });
});

test.each(keyConcerns)("keys of the concern %s are counted and listed, and no others", async (concern) => {
  const query = listApiKeysQuery.parse({ concern, status: "all" });
  const { keys, total } = await listApiKeys(admin, query);
  expect(keys.map(({ id }) => id)).toEqual(expected[concern]);
  expect(total).toBe(1);
  expect((await countKeyConcerns(admin))[concern]).toBe(1);
});

test("the evidence that a key only reads are its requests by method", async () => {
  const { keys } = await listApiKeys(admin, listApiKeysQuery.parse({ concern: "excess_rights" }));
  expect(keys.map(({ usedMethods }) => usedMethods)).toEqual([
    {
      since: expect.any(String),
      requests: [
        { method: "GET", count: 1 },
        { method: "HEAD", count: 1 },
      ],
    },
  ]);
  const [unused] = (await listApiKeys(admin, listApiKeysQuery.parse({ concern: "unused" }))).keys;
  expect(unused).not.toHaveProperty("usedMethods");
});

test("a member is told only of their own keys", async () => {
  expect(await countKeyConcerns(member)).toEqual({
    ...{ never_expires: 0, unused: 1, excess_rights: 0, owner_inactive: 0, off_policy: 0 },
  });
});
