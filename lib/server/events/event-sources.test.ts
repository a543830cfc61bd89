import { beforeEach, expect, test } from "vitest";
import { eventTypeNames } from "@/lib/contracts/event-types";
import { type RecordedEvent, subscribeTo, takeEvents } from "@/tests/database/recorded-events";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeMember, makeWorkspace } from "@/tests/factories/factories";
import { serviceActor, systemActor } from "../actor";
import { applyChange, changeApiKey, type KeyChange } from "../keys/change-api-key";
import { changeManyKeys } from "../keys/change-many-keys";
import { reportLeaks } from "../keys/leak-reports";
import { settleLeak } from "../keys/leaks";
import { markRevoked, revokeApiKey } from "../keys/revoke-api-key";
import { rotateApiKey } from "../keys/rotate-api-key";
import { cancelRotation, moveOverlap } from "../keys/rotation";
import { db, runtime } from "../runtime";
import { setApiAccess } from "../workspaces/workspace-settings";

useRuntime({}, { jobs: false });

let made: Awaited<ReturnType<typeof makeWorkspace>>;
beforeEach(async () => {
  made = await makeWorkspace();
  await subscribeTo(made.actor);
});

/** The events of a change, without the earlier ones. */
async function toldBy(change: () => Promise<unknown>): Promise<RecordedEvent[]> {
  await takeEvents(made.workspace.id);
  await change();
  return takeEvents(made.workspace.id);
}

const actorFacts = () => ({ type: "user", id: made.owner.id, name: "Ada" });

test("a created key is told of once, also when it may manage keys", async () => {
  let id = "";
  const told = await toldBy(async () => {
    const { key } = await makeKey(made.actor, {
      name: "nightly",
      environment: "staging",
      canManageKeys: true,
    });
    id = key.id;
  });
  const { prefix, suffix, createdAt } = await db().apiKey.findUniqueOrThrow({ where: { id } });
  expect(told).toEqual([
    {
      type: "api_key.created",
      keyId: id,
      environment: "staging",
      data: {
        key: {
          ...{ id, name: "nightly", prefix, suffix, environment: "staging", permissionLevel: "read_write" },
          ...{ permissions: [], ownerId: made.owner.id, metadata: {}, createdAt: createdAt.toISOString() },
          ...{ expiresAt: null, disabled: false, revokedAt: null },
        },
        actor: actorFacts(),
        details: expect.objectContaining({ permissionLevel: "read_write" }),
      },
    },
  ]);
});

test.each([
  ["api_key.updated", { name: "renamed" }, { name: "renamed" }, { name: { to: "renamed" } }],
  [
    "api_key.updated",
    { expiresAt: "2027-01-02T03:04:05.000Z" },
    { expiresAt: "2027-01-02T03:04:05.000Z" },
    {},
  ],
  ["api_key.updated", { allowedIps: ["203.0.113.7"] }, {}, { allowedIps: { to: ["203.0.113.7"] } }],
  ["api_key.updated", { rateLimitPerMinute: 7 }, {}, { rateLimitPerMinute: { to: 7 } }],
  ["api_key.updated", { environment: "test" }, { environment: "test" }, {}],
  ["api_key.updated", { metadata: { plan: "pro" } }, { metadata: { plan: "pro" } }, { metadata: ["plan"] }],
  ["api_key.disabled", { disabled: true }, { disabled: true }, {}],
] as const)("%s tells of the change %j", async (type, change, key, details) => {
  const { id } = (await makeKey(made.actor)).key;
  const told = await toldBy(() => changeApiKey(made.actor, id, { ...change } as KeyChange));
  expect(told).toMatchObject([
    { type, keyId: id, data: { key: { id, ...key }, actor: actorFacts(), details } },
  ]);
});

test("enabling, revoking and transferring tell one event each, and revoking again none", async () => {
  const { id } = (await makeKey(made.actor)).key;
  const { user } = await makeMember(made.workspace, "admin");
  await changeApiKey(made.actor, id, { disabled: true });
  expect(await toldBy(() => changeApiKey(made.actor, id, { disabled: false }))).toMatchObject([
    { type: "api_key.enabled", data: { key: { id, disabled: false } } },
  ]);
  const transfer = { action: "transfer", keyIds: [id], ownerId: user.id, preview: false } as const;
  const transferred = toldBy(() =>
    changeManyKeys(made.actor, { ...transfer, keyIds: [id] }, { mayExtend: true }),
  );
  expect(await transferred).toMatchObject([
    { type: "api_key.updated", data: { key: { ownerId: user.id }, details: { owner: { to: user.name } } } },
  ]);
  const operator = serviceActor(made.workspace.id, "billing", "r-1");
  expect(await toldBy(() => revokeApiKey(operator, id))).toMatchObject([
    {
      type: "api_key.revoked",
      data: { key: { id, revokedAt: expect.any(String) }, actor: { type: "service", id: "billing" } },
    },
  ]);
  expect(await toldBy(() => revokeApiKey(operator, id))).toEqual([]);
});

test("a rotation tells of the old and the new key in one event", async () => {
  const { id } = (await makeKey(made.actor, { canManageKeys: true })).key;
  let newId = "";
  const rotated = await toldBy(async () => {
    newId = (await rotateApiKey(made.actor, id, { overlapSeconds: 3600 }, null)).key.id;
  });
  const { expiresAt } = await db().apiKey.findUniqueOrThrow({ where: { id } });
  expect(rotated).toMatchObject([
    {
      type: "api_key.rotated",
      keyId: id,
      data: { key: { id, expiresAt: expiresAt?.toISOString() }, newKey: { id: newId, expiresAt: null } },
    },
  ]);
  expect(await toldBy(() => moveOverlap(made.actor, id, 7200))).toMatchObject([
    { type: "api_key.updated", keyId: id },
  ]);
  expect(await toldBy(() => cancelRotation(made.actor, id, false))).toMatchObject([
    { type: "api_key.revoked", keyId: newId },
    { type: "api_key.updated", keyId: id, data: { key: { expiresAt: null } } },
  ]);
});

test("a leaked key is told of as exposed and as revoked, and the keys that it made as disabled", async () => {
  const parent = await makeKey(made.actor, { canManageKeys: true });
  const child = await makeKey(made.actor);
  await db().apiKey.update({
    where: { id: child.key.id },
    data: { createdByType: "key", createdById: parent.key.id },
  });
  const leaked = await toldBy(async () => {
    const origin = { ip: null, userAgent: null, requestId: null };
    await reportLeaks([{ text: parent.secret, url: "https://paste.example/1" }], origin);
    await runtime().background.finish();
  });
  expect(leaked).toMatchObject([
    { type: "api_key.disabled", keyId: child.key.id },
    {
      type: "api_key.exposed",
      keyId: parent.key.id,
      data: { key: { revokedAt: expect.any(String) }, details: { found_at: "https://paste.example/1" } },
    },
    { type: "api_key.revoked", keyId: parent.key.id },
  ]);
  expect(JSON.stringify(leaked)).not.toContain(parent.secret);
  const settled = toldBy(() => settleLeak(made.actor, parent.key.id, { enable: [child.key.id], revoke: [] }));
  expect((await settled).map(({ type }) => type)).toEqual(["api_key.enabled", "api_key.updated"]);
});

test("API access that is turned off and on tells one event each", async () => {
  for (const [on, type] of [
    [false, "api_access.disabled"],
    [true, "api_access.enabled"],
  ] as const) {
    const { id, name } = made.workspace;
    expect(await toldBy(() => setApiAccess(systemActor(id, "Operator"), on))).toEqual([
      {
        ...{ type, keyId: null, environment: null },
        data: {
          workspace: { id, name },
          actor: { type: "system", id: "system", name: "Operator" },
          details: expect.any(Object),
        },
      },
    ]);
    expect(await toldBy(() => setApiAccess(systemActor(id, "Operator"), on))).toEqual([]);
  }
});

test("a change that is undone tells nothing", async () => {
  const { actor } = made;
  const { id } = (await makeKey(actor)).key;
  const undone = db().$transaction(async (transaction) => {
    await applyChange(transaction, actor, id, { name: "other" }, true);
    await markRevoked(transaction, actor, id);
    throw new Error("undone");
  });
  expect(await toldBy(() => expect(undone).rejects.toThrow("undone"))).toEqual([]);
});

test("a batch tells one event for each key that it changes, and its preview none", async () => {
  const keys = await Promise.all(["a", "b", "c"].map((name) => makeKey(made.actor, { name })));
  const keyIds = keys.map(({ key }) => key.id).sort();
  await revokeApiKey(made.actor, keyIds[0] as string);
  const disable = (preview: boolean) => () =>
    changeManyKeys(made.actor, { action: "disable", keyIds, preview }, { mayExtend: true });
  expect(await toldBy(disable(true))).toEqual([]);
  const told = await toldBy(disable(false));
  expect(told.map(({ type, keyId }) => [type, keyId])).toEqual(
    keyIds.slice(1).map((id) => ["api_key.disabled", id]),
  );
});

test("every type in the database has a name in the contract, and every change a type that exists", async () => {
  const { rows } = await runtime().pool.query<{ source: string }>(
    `SELECT pg_get_functiondef(p.oid) AS source FROM pg_proc p
     WHERE p.pronamespace IN ('events'::regnamespace, 'quotas'::regnamespace) AND p.prokind = 'f'`,
  );
  const quoted = rows.flatMap(({ source }) => [
    ...source.matchAll(/record\([^']*'([a-z_]+\.[a-z_]+)'|ARRAY\['([a-z_.]+)'(?:, '([a-z_.]+)')?\]/g),
  ]);
  const named = quoted.flatMap(([, ...types]) => types.filter((type) => type !== undefined));
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((type) => !(eventTypeNames as string[]).includes(type))).toEqual([]);
});
