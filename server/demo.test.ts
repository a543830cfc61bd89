import { expect, test } from "vitest";
import { isSubscribable } from "@/lib/contracts/event-types";
import { inSnapshot } from "@/lib/server/chains/in-snapshot";
import { verifyAccessLog } from "@/lib/server/chains/verify-access-log";
import { listDeliveries } from "@/lib/server/events/deliveries";
import { showSubscriptions } from "@/lib/server/events/show-subscriptions";
import { db, runtime } from "@/lib/server/runtime";
import { seedDemo } from "@/prisma/seed";
import { useRuntime } from "@/tests/database/runtime";
import { memberActor } from "@/tests/factories/factories";

useRuntime();

test("the demo has a healthy subscription and one that failed last night, and nothing to send", async () => {
  const { email } = await seedDemo();
  const { user, workspace, role } = await db().member.findFirstOrThrow({
    where: { user: { email } },
    include: { user: true, workspace: true },
  });
  const actor = memberActor(workspace, user, role);
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

type Shown = Awaited<ReturnType<typeof showSubscriptions>>[number];

function failures({ lastDay }: Shown): number {
  return lastDay.hours.reduce((sum, { failed }) => sum + failed, 0);
}
