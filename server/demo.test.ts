import { expect, test } from "vitest";
import { denialCodes } from "@/lib/contracts/access-logs";
import { isSubscribable } from "@/lib/contracts/event-types";
import { inSnapshot } from "@/lib/server/chains/in-snapshot";
import { sealAuditEvents } from "@/lib/server/chains/seal-audit-events";
import { verifyAccessLog } from "@/lib/server/chains/verify-access-log";
import { verifyAudit } from "@/lib/server/chains/verify-audit";
import { listDeliveries } from "@/lib/server/events/deliveries";
import { showSubscriptions } from "@/lib/server/events/show-subscriptions";
import { countKeyConcerns } from "@/lib/server/keys/count-key-concerns";
import { getKeyActivity } from "@/lib/server/keys/key-activity";
import { getApiKey } from "@/lib/server/keys/list-api-keys";
import { countEntries } from "@/lib/server/logs/count-entries";
import { memberFilter } from "@/lib/server/logs/log-filter";
import { db, runtime } from "@/lib/server/runtime";
import { seedDemo } from "@/prisma/seed";
import { expectCounted } from "@/tests/database/expect-counted";
import { useRuntime } from "@/tests/database/runtime";
import { memberActor } from "@/tests/factories/factories";

useRuntime();

/** Creates the demo if it isn't there yet. @returns Ada. */
async function ada() {
  const { email } = await seedDemo();
  const { user, workspace, role } = await db().member.findFirstOrThrow({
    where: { user: { email } },
    include: { user: true, workspace: true },
  });
  return memberActor(workspace, user, role);
}

test("the demo has a healthy subscription and one that failed last night, and nothing to send", async () => {
  const actor = await ada();
  const [failed, healthy, ...others] = (await showSubscriptions(actor)).sort(
    (one, other) => failures(other) - failures(one),
  ) as [Shown, Shown];
  expect(others).toEqual([]);
  for (const { endpointUrl, status, waiting, lastDay, eventTypes } of [failed, healthy]) {
    // Such names never resolve (RFC 2606), so the demo calls no one.
    expect(new URL(endpointUrl).hostname).toMatch(/\.example$/);
    expect([status, waiting, eventTypes.every(isSubscribable)]).toEqual(["active", 0, true]);
    expect(lastDay.hours.filter(({ delivered, retried }) => delivered + retried > 0).length).toBeGreaterThan(
      15,
    );
  }
  expect(failures(healthy)).toBe(0);
  const failing = failed.lastDay.hours.flatMap((hour, index) => (hour.failed > 0 ? [index] : []));
  expect(failing.length).toBeGreaterThanOrEqual(2);
  expect(failing.length).toBeLessThanOrEqual(5);
  expect(failed.lastDay.hours.some(({ retried }) => retried > 0)).toBe(true);

  const { deliveries } = await listDeliveries(actor, failed.id, { limit: 100 });
  expect(deliveries.filter(({ status }) => status !== "delivered")).toEqual([]);
  const { rows } = await runtime().pool.query(
    "SELECT FROM events.deliveries WHERE delivered_at > clock_timestamp()",
  );
  expect(rows).toEqual([]);

  const { entries, findings } = await inSnapshot((client, other) => verifyAccessLog(client, other));
  expect(findings).toEqual([]);
  expect(entries).toBeGreaterThan(0);
});

test("the demo's log tells who used a key from a new address last night, what was refused, and that it is over", async () => {
  const actor = await ada();
  const { id } = await db().apiKey.findFirstOrThrow({
    where: { workspaceId: actor.workspaceId, name: "nightly export" },
  });
  const { callers } = await getKeyActivity(actor, id);
  const [reads, writes, ...others] = callers.filter(({ isNew }) => isNew);
  expect(others).toEqual([]);
  expect(reads).toMatchObject({ client: "Go-http-client", block: "192.0.2.0/24", allowed: 180, denied: 76 });
  expect(writes).toMatchObject({ method: "POST", allowed: 0, denied: 9 });
  const counts = await countEntries({
    ...(await memberFilter(actor, {
      view: "keys",
      key: { is: [id], not: [] },
      ip: { is: ["192.0.2.0/24"], not: [] },
      client: { is: ["Go-http-client"], not: [] },
    })),
    from: new Date(Date.now() - 24 * 3_600_000).toISOString(),
    before: new Date().toISOString(),
  });
  expect(counts.total).toEqual({ allowed: 180, denied: 85 });
  expect(counts.facets.codes.map(({ value }) => value).sort()).toEqual(
    ["valid", "disabled_key", "insufficient_permissions", "rate_limit_exceeded"].sort(),
  );
  const key = await getApiKey(actor, id);
  expect(key).toMatchObject({ status: "disabled", disabledBy: { name: "Ada" } });
  const { rowCount: allowedLater } = await runtime().pool.query(
    "SELECT FROM access_log.entries WHERE key_id = $1 AND outcome = 'allowed' AND at >= $2",
    [id, key.disabledAt],
  );
  expect(allowedLater).toBe(0);
  expect(callers.every(({ lastAt }) => Date.parse(lastAt) < Date.now() - 6 * 3_600_000)).toBe(true);
});

test("the demo has a key that can write but only reads, and one that isn't used", async () => {
  expect(await countKeyConcerns(await ada())).toMatchObject({ excess_rights: 1, unused: 1 });
});

test("the demo's log has refusals of every code, counts that agree with it, and a chain without a flaw", async () => {
  await ada();
  const { rows } = await runtime().pool.query<{ code: string }>(
    `SELECT DISTINCT code FROM access_log.entries WHERE outcome = 'denied'
     AND at BETWEEN clock_timestamp() - interval '7 days' AND clock_timestamp()`,
  );
  expect(rows.map(({ code }) => code).sort()).toEqual([...denialCodes].sort());
  expect(await expectCounted()).toBeGreaterThan(20_000);
  await sealAuditEvents();
  expect((await inSnapshot((client) => verifyAudit(client, null))).findings).toEqual([]);
});

type Shown = Awaited<ReturnType<typeof showSubscriptions>>[number];

function failures({ lastDay }: Shown): number {
  return lastDay.hours.reduce((sum, { failed }) => sum + failed, 0);
}
