import { beforeAll, expect, test } from "vitest";
import { keySortColumns } from "@/lib/contracts/api-key-filters";
import { listApiKeysQuery } from "@/lib/contracts/api-key-list";
import type { ApiKey } from "@/lib/contracts/api-keys";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeMember, makeWorkspace } from "@/tests/factories/factories";
import type { MemberActor } from "../actor";
import { db, runtime } from "../runtime";
import { getApiKeys, listApiKeys } from "./list-api-keys";

useRuntime();

const day = 86_400_000;
let actor: MemberActor;
let member: MemberActor;
let keys: ApiKey[];

beforeAll(async () => {
  const made = await makeWorkspace();
  actor = made.actor;
  const added = await makeMember(made.workspace, "member");
  member = added.actor;
  const viewer = (await makeMember(made.workspace, "member")).actor;
  const owners = [actor, member, viewer];
  const ids: string[] = [];
  for (let index = 0; index < 12; index += 1) {
    const { key } = await makeKey(owners[index % 3] as MemberActor, {
      name: ["beta", "Alpha", "alpha", "100%"][index % 4] as string,
      permissionLevel: index % 2 ? "read_write" : "read_only",
      expiresAt: index % 3 === 0 ? null : new Date(Date.now() + (index + 1) * day).toISOString(),
    });
    ids.push(key.id);
    if (index % 5 === 1)
      await runtime().pool.query(
        `INSERT INTO access_log.last_uses (key_id, at) VALUES ($1, now() - make_interval(hours => $2))`,
        [key.id, index],
      );
    const data = [
      { revokedAt: new Date() },
      { disabledAt: new Date() },
      { expiresAt: new Date(Date.now() - day) },
    ][index - 3];
    if (data) await db().apiKey.update({ where: { id: key.id }, data });
  }
  await db().member.updateMany({ where: { userId: viewer.userId }, data: { role: "viewer" } });
  keys = await getApiKeys(actor, ids);
});

/** What the console shows in the column, in a form that can be compared. */
const shown: Record<(typeof keySortColumns)[number], (key: ApiKey) => string | number> = {
  created: (key) => key.id,
  name: (key) => key.name.toLowerCase(),
  key: (key) => key.prefix + key.suffix,
  owner: (key) => key.owner.name.toLowerCase(),
  permission: (key) => ["read_only", "custom", "read_write"].indexOf(key.permissionLevel),
  "last-used": (key) => (key.lastUse ? Date.parse(key.lastUse.at) : -1),
  expires: (key) => (key.expiresAt ? Date.parse(key.expiresAt) : Number.MAX_SAFE_INTEGER),
  status: (key) => ["active", "disabled", "expired", "revoked"].indexOf(key.status),
};

test.each(keySortColumns.flatMap((column) => [column, `-${column}`] as const))(
  "pages sorted by %s have every key once, in the order of what the column shows",
  async (sort) => {
    const listed: ApiKey[] = [];
    let cursor: string | undefined;
    do {
      const page = await list({ status: "all", sort, limit: "5", cursor });
      expect(page.total).toBe(keys.length);
      listed.push(...page.keys);
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    const column = sort.replace(/^-/, "") as (typeof keySortColumns)[number];
    const sign = sort.startsWith("-") ? -1 : 1;
    const expected = [...keys].sort((a, b) => {
      const [left, right] = [shown[column](a), shown[column](b)];
      if (left === right) return sign * (a.id < b.id ? -1 : 1);
      return sign * (left < right ? -1 : 1);
    });
    expect(listed.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
  },
);

test("revoked keys are listed only if asked for, and their number is told", async () => {
  const usual = await list({});
  expect(usual.keys.every(({ status }) => status !== "revoked")).toBe(true);
  expect(usual).toMatchObject({ total: 11, hidden: 1 });
  expect(await list({ status: "revoked" })).toMatchObject({ total: 1, hidden: 0 });
  expect(await list({ status: "all" })).toMatchObject({ total: 12, hidden: 0 });
  expect(await list({ search: "no such key" })).toMatchObject({ total: 0, hidden: 0 });
});

test("Expiring are the keys that work and expire within 14 days", async () => {
  const other = await makeWorkspace();
  const make = async (name: string, days: number | null) =>
    (await makeKey(other.actor, { name, expiresInDays: days })).key;
  for (const [name, days] of [
    ["soon", 14],
    ["later", 15],
    ["never", null],
  ] as const)
    await make(name, days);
  const data = [
    { disabledAt: new Date() },
    { revokedAt: new Date() },
    { expiresAt: new Date(Date.now() - 1) },
  ];
  for (const change of data)
    await db().apiKey.update({ where: { id: (await make("gone", 3)).id }, data: change });
  const expiring = await listApiKeys(other.actor, listApiKeysQuery.parse({ status: "expiring" }));
  expect(expiring).toMatchObject({ total: 1, keys: [{ name: "soon" }] });
});

test("a member sees and counts only their own keys, whatever the order", async () => {
  for (const sort of keySortColumns) {
    const { keys: own, total } = await listApiKeys(member, listApiKeysQuery.parse({ sort, status: "all" }));
    expect(new Set(own.map(({ owner }) => owner.userId))).toEqual(new Set([member.userId]));
    expect(total).toBe(4);
  }
});

test("% in a search matches itself", async () => {
  expect((await list({ search: "0%" })).keys.every(({ name }) => name === "100%")).toBe(true);
  expect((await list({ search: "l%a" })).total).toBe(0);
});

test.each([
  ["expires", "key_01kb2zj4y0e0000000000000aa.1e5"],
  ["expires", "key_01kb2zj4y0e0000000000000aa.9999999999999999999"],
  ["status", "key_01kb2zj4y0e0000000000000aa.active"],
  ["name", "key_01kb2zj4y0e0000000000000aa"],
  ["name", "key_01kb2zj4y0e0000000000000aa.a\u0000"],
  ["name", "nonsense.a"],
  ["-created", "'; DROP TABLE api_keys; --"],
])("S47 sorted by %s, the forged cursor %j is refused", (sort, cursor) => {
  expect(listApiKeysQuery.safeParse({ sort, cursor }).error?.issues).toMatchObject([{ path: ["cursor"] }]);
});

test("S47 an unknown column is refused", () => {
  expect(listApiKeysQuery.safeParse({ sort: "hash" }).error?.issues).toMatchObject([{ path: ["sort"] }]);
});

function list(query: Record<string, string | undefined>) {
  return listApiKeys(actor, listApiKeysQuery.parse(query));
}
