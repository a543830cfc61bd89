import { expect, test } from "vitest";
import { runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeMember, makeWorkspace } from "@/tests/factories/factories";
import { getUsageOverview } from "./usage-overview";

useRuntime();

test("S42 members who can't read all logs see only their own keys' requests and quotas, and the workspace's quotas", async () => {
  const { actor: owner, workspace } = await makeWorkspace();
  const { actor: member } = await makeMember(workspace, "member");
  const { key } = await makeKey(owner, { name: "alpha" });
  const { key: own } = await makeKey(member, { name: "beta" });
  const { key: foreign } = await makeKey((await makeWorkspace()).actor);
  await runtime().pool.query(
    `INSERT INTO quotas.quotas (workspace_id, key_id, meter, period, allowance) VALUES ($1, '', 'uploads', 'month', 10),
       ($1, '', 'requests', 'month', 1000), ($1, $2, 'requests', 'day', 20), ($1, $3, 'requests', 'day', 30)`,
    [workspace.id, key.id, own.id],
  );
  await runtime().pool.query(
    `INSERT INTO access_log.key_counts (span, key_id, start, workspace_id, code, would_deny, source, count)
     SELECT 'hour', key_id, date_trunc('hour', now(), 'UTC') - interval '29 days', $1, code, '', 'api', CASE code WHEN 'valid' THEN allowed ELSE 1 END
     FROM (VALUES ($2, 5), ($3, 7)) AS uses (key_id, allowed), unnest(ARRAY['valid', 'expired_key']) AS code`,
    [workspace.id, key.id, own.id],
  );
  const seen = async (actor: typeof owner, keyId: string | null = null) => {
    const { days, total, quotas } = await getUsageOverview(actor, keyId);
    expect(days).toHaveLength(30);
    return [
      total.allowed,
      quotas.map((quota) => `${quota.limit} ${quota.meter} ${quota.key?.name ?? ""}`.trim()),
    ];
  };
  const common = ["1000 requests", "10 uploads"];
  const of = (...lines: string[]) => [...common, ...lines].sort();
  const sorted = ([allowed, lines]: unknown[]) => [allowed, [...(lines as string[])].sort()];
  expect(sorted(await seen(owner))).toEqual([12, of("20 requests alpha", "30 requests beta")]);
  expect(sorted(await seen(owner, own.id))).toEqual([7, of("30 requests beta")]);
  expect(sorted(await seen(member))).toEqual([7, of("30 requests beta")]);
  expect(await seen(member, key.id)).toEqual([0, common]);
  expect(await seen(owner, foreign.id)).toEqual([0, common]);
});
