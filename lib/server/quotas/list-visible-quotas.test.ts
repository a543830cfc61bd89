import { expect, test } from "vitest";
import { runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeMember, makeWorkspace } from "@/tests/factories/factories";
import { listVisibleQuotas } from "./list-visible-quotas";

useRuntime();

test("S42 members who can't read all logs see only the quotas of their own keys, and the workspace's", async () => {
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
  const seen = async (actor: typeof owner, keyId: string | null = null) => {
    const { quotas } = await listVisibleQuotas(actor, keyId);
    return quotas.map((quota) => `${quota.limit} ${quota.meter} ${quota.key?.name ?? ""}`.trim()).sort();
  };
  const common = ["1000 requests", "10 uploads"];
  const of = (...lines: string[]) => [...common, ...lines].sort();
  expect(await seen(owner)).toEqual(of("20 requests alpha", "30 requests beta"));
  expect(await seen(owner, own.id)).toEqual(of("30 requests beta"));
  expect(await seen(member)).toEqual(of("30 requests beta"));
  expect(await seen(member, key.id)).toEqual(of());
  expect(await seen(owner, foreign.id)).toEqual(of());
});
