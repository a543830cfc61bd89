import type { pauseReasons } from "@/lib/contracts/http-api/event-subscriptions";
import { systemActor } from "../actor";
import { recordAuditEvent } from "../audit/record-audit-event";
import type { Prisma } from "../generated/prisma/client";
import { db, runtime } from "../runtime";
import type { AttemptOutcome } from "./delivery-store";
import { giveUpAfterMs } from "./retry-delay";

export type PauseReason = (typeof pauseReasons)[number];

/**
 * Pauses the subscriptions among these whose endpoint has failed for a day, or answered 410 Gone. Each is paused by one instance, and
 * the event that tells of it is written with it.
 */
export async function pauseAfterFailures(outcomes: readonly AttemptOutcome[]): Promise<void> {
  const failed = outcomes.filter(({ attempt }) => attempt.error !== null);
  if (failed.length === 0) return;
  const gone = new Set(
    failed.filter(({ attempt }) => attempt.status === 410).map((one) => one.subscriptionId),
  );
  const { rows } = await runtime().pool.query<{ id: string }>(
    `SELECT id FROM event_subscriptions WHERE id = ANY($1) AND status = 'active'
     AND (id = ANY($2) OR failing_since <= clock_timestamp() - $3::bigint * interval '1 millisecond')`,
    [[...new Set(failed.map(({ subscriptionId }) => subscriptionId))], [...gone], giveUpAfterMs],
  );
  for (const { id } of rows)
    await db().$transaction((transaction) => pauseItself(transaction, id, gone.has(id) ? "gone" : "failing"));
}

/** Pauses a subscription without a person's doing. Does nothing if it is already paused. */
export async function pauseItself(
  transaction: Prisma.TransactionClient,
  id: string,
  because: Exclude<PauseReason, "person">,
): Promise<void> {
  const { count } = await transaction.eventSubscription.updateMany({
    where: { id, status: "active" },
    data: { status: "paused", pausedAt: new Date(), pausedBecause: because, updatedAt: new Date() },
  });
  if (count === 0) return;
  const { workspaceId, endpointUrl, lastError } = await transaction.eventSubscription.findUniqueOrThrow({
    where: { id },
  });
  const target = { type: "event_subscription", id, name: endpointUrl } as const;
  await recordAuditEvent(
    transaction,
    systemActor(workspaceId, "Keyward"),
    "event_subscription.paused",
    target,
    { because },
  );
  const data = JSON.stringify({ subscription: { id, endpointUrl }, because, lastError });
  await transaction.$executeRaw`
    SELECT events.record(${workspaceId}, 'event_subscription.paused', NULL, NULL, ${data}::json)`;
}
