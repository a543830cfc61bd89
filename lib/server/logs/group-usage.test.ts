import { expect, test } from "vitest";
import type { LogCode } from "@/lib/contracts/access-logs";
import { rangePresets } from "@/lib/contracts/log-range";
import type { RequestCounts } from "@/lib/contracts/quotas";
import { usageGroupings } from "@/lib/contracts/usage";
import type { MemberActor } from "@/lib/server/actor";
import { runtime } from "@/lib/server/runtime";
import { entry, untilCopied, withWriter } from "@/tests/database/access-log-writer";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeMember, makeWorkspace } from "@/tests/factories/factories";
import { groupUsage } from "./group-usage";

useRuntime();

/** Three keys, the last one of a member who can't read the whole log, with more routes than one answer has. */
async function makeLog() {
  const { actor: owner, workspace } = await makeWorkspace();
  const { actor: member } = await makeMember(workspace, "member");
  const keys = [
    (await makeKey(owner, { name: "alpha", permissionLevel: "read_write" })).key,
    (await makeKey(owner, { name: "beta", permissionLevel: "read_only" })).key,
    (await makeKey(member, { name: "gamma", permissionLevel: "read_only" })).key,
  ];
  const codes: LogCode[] = ["valid", "valid", "rate_limit_exceeded", "ip_not_allowed", "expired_key"];
  await withWriter(async (writer) => {
    for (let number = 0; number < 300; number += 1) {
      const code = codes[number % codes.length] as LogCode;
      await writer.append(
        entry({
          workspaceId: workspace.id,
          keyId: keys[number % 7 === 0 ? 2 : number % 2]?.id,
          code,
          outcome: code === "valid" ? "allowed" : "denied",
          path: number % 11 === 0 ? null : `/v1/${"abcdefghijklmnopqrstuvwxyz"[number % 26]}`,
        }),
      );
    }
    await untilCopied(writer);
  });
  return { owner, member, keys };
}

/** The same from the entries themselves. */
async function countedOneByOne(actor: MemberActor, expression: string, keyIds: string[]) {
  const { rows } = await runtime().pool.query<RequestCounts & { value: string }>(
    `SELECT ${expression} AS value, (count(*) FILTER (WHERE outcome = 'allowed'))::int AS allowed,
       (count(*) FILTER (WHERE outcome = 'denied'))::int AS denied
     FROM access_log.entries e JOIN api_keys k ON k.id = e.key_id
     WHERE e.workspace_id = $1 AND key_id = ANY($2) AND ${expression} <> '' GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 20`,
    [actor.workspaceId, keyIds],
  );
  return rows;
}

const expressions = {
  key: "e.key_id",
  permission: "k.permission_level::text",
  route: "coalesce(e.route, '')",
  code: "e.code",
};

test("groups, bars and totals equal a full count of the entries, in every range", async () => {
  const { owner, keys } = await makeLog();
  for (const by of usageGroupings)
    for (const range of rangePresets)
      for (const key of [undefined, keys[0]?.id]) {
        const name = `${by} over ${range} of ${key ?? "all keys"}`;
        const usage = await groupUsage(owner, { by, range, key });
        const expected = await countedOneByOne(
          owner,
          expressions[by],
          key ? [key] : keys.map(({ id }) => id),
        );
        expect(
          usage.groups.map(({ value, allowed, denied }) => ({ value, allowed, denied })),
          name,
        ).toEqual(expected);
        const sum = (numbers: number[]) => numbers.reduce((total, one) => total + one, 0);
        const [all] = await countedOneByOne(owner, "'all'", key ? [key] : keys.map(({ id }) => id));
        expect(usage.total, name).toEqual({ allowed: all?.allowed, denied: all?.denied });
        expect(sum(usage.bars), name).toBe(usage.total.allowed + usage.total.denied);
        for (const { bars, allowed, denied } of usage.groups) {
          expect(sum(bars), name).toBe(allowed + denied);
          expect(bars.every((count, bar) => count <= (usage.bars[bar] ?? 0))).toBe(true);
        }
        expect(usage.bars).toHaveLength(
          (Date.parse(usage.to) - Date.parse(usage.from)) / (usage.barSeconds * 1000),
        );
      }
});

test("keys have their names, and permission levels their keys", async () => {
  const { owner, keys } = await makeLog();
  const byKey = await groupUsage(owner, { by: "key", range: "1h", key: undefined });
  expect(byKey.groups.map(({ name }) => name).sort()).toEqual(["alpha", "beta", "gamma"]);
  const byLevel = await groupUsage(owner, { by: "permission", range: "1h", key: undefined });
  expect(byLevel.groups.map(({ value, keys: of }) => [value, of])).toEqual([
    ["read_only", [keys[1]?.id, keys[2]?.id].sort()],
    ["read_write", [keys[0]?.id]],
  ]);
});

test("callers that are counted together belong to no route, but to the total", async () => {
  const { owner, keys } = await makeLog();
  const before = await groupUsage(owner, { by: "route", range: "1h", key: keys[0]?.id });
  // As if this key had more callers than are counted one by one.
  await runtime().pool.query(
    "UPDATE access_log.callers SET address = '*', route = '' WHERE key_id = $1 AND route = $2",
    [keys[0]?.id, before.groups[0]?.value],
  );
  const after = await groupUsage(owner, { by: "route", range: "1h", key: keys[0]?.id });
  expect(after.total).toEqual(before.total);
  expect(after.groups).toEqual(before.groups.slice(1));
});

test("S42 members who can't read the whole log see the requests of their own keys only", async () => {
  const { member, keys } = await makeLog();
  for (const by of usageGroupings) {
    const own = await groupUsage(member, { by, range: "24h", key: undefined });
    const [all] = await countedOneByOne(member, "'all'", [keys[2]?.id as string]);
    expect(own.total).toEqual({ allowed: all?.allowed, denied: all?.denied });
    const others = await groupUsage(member, { by, range: "24h", key: keys[0]?.id });
    expect([others.total, others.groups]).toEqual([{ allowed: 0, denied: 0 }, []]);
  }
  const { actor: stranger } = await makeWorkspace();
  expect((await groupUsage(stranger, { by: "key", range: "24h", key: keys[0]?.id })).groups).toEqual([]);
});
