import type { pauseReasons } from "@/lib/contracts/http-api/event-subscriptions";
import { systemActor } from "../actor";
import { recordAuditEvent } from "../audit/record-audit-event";
import type { EventSubscription, Prisma } from "../generated/prisma/client";
import { notifySubscriptionPaused } from "../mail/event-subscription-notices";
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
  // An answer of an earlier endpoint says nothing about the one that it has now.
  const { rows } = await runtime().pool.query<{ id: string; gone: boolean }>(
    `SELECT s.id, bool_or(failed.gone) AS gone FROM event_subscriptions s
     JOIN unnest($1::text[], $2::text[], $3::boolean[]) AS failed(id, url, gone) ON failed.id = s.id AND failed.url = s.endpoint_url
     WHERE s.status = 'active' AND (failed.gone OR s.failing_since <= clock_timestamp() - $4::bigint * interval '1 millisecond')
     GROUP BY s.id ORDER BY s.id`,
    [
      failed.map(({ subscriptionId }) => subscriptionId),
      failed.map(({ endpointUrl }) => endpointUrl),
      failed.map(({ attempt }) => attempt.status === 410),
      giveUpAfterMs,
    ],
  );
  for (const { id, gone } of rows)
    await db().$transaction((transaction) => pauseItself(transaction, id, gone ? "gone" : "failing"));
}

/**
 * Pauses the subscriptions that these keys made, and those whose endpoint or secret they changed. If the keys were exposed, it may have
 * been the person who found a secret, so one that is already paused gets this reason: an admin must not resume it without knowing. Call
 * it in the transaction that revokes or disables the keys.
 */
export async function pauseForKeys(
  transaction: Prisma.TransactionClient,
  workspaceId: string,
  keyIds: string[],
  because: "key_exposed" | "key_revoked",
): Promise<void> {
  const touched = await transaction.$queryRaw<{ id: string }[]>`
    SELECT id FROM event_subscriptions WHERE workspace_id = ${workspaceId}
      AND ((created_by_type = 'key' AND created_by_id = ANY(${keyIds})) OR id IN (
        SELECT target_id FROM audit_events WHERE workspace_id = ${workspaceId} AND actor_id = ANY(${keyIds}) AND actor_type = 'key'
          AND (action = 'event_subscription.secret_changed' OR action = 'event_subscription.updated' AND details ? 'endpointUrl')))
    ORDER BY id`;
  for (const { id } of touched) await pauseItself(transaction, id, because);
}

/**
 * Pauses the subscriptions that a member or their keys made, and those whose endpoint or secret one of them changed last. Call it in the
 * transaction in which the member leaves, is suspended or may no longer manage subscriptions.
 */
export async function pauseForMember(
  transaction: Prisma.TransactionClient,
  { workspaceId, userId }: { workspaceId: string; userId: string },
): Promise<void> {
  const touched = await transaction.$queryRaw<{ id: string }[]>`
    SELECT s.id FROM event_subscriptions s WHERE s.workspace_id = ${workspaceId} AND s.status = 'active'
      AND (s.created_by_id = ${userId} OR s.owner_id = ${userId} OR EXISTS (
        SELECT FROM (
          SELECT e.actor_id FROM audit_events e WHERE e.workspace_id = ${workspaceId} AND e.target_id = s.id
            AND (e.action = 'event_subscription.secret_changed'
              OR e.action = 'event_subscription.updated' AND e.details ? 'endpointUrl')
          ORDER BY e.id DESC LIMIT 1) AS latest
        WHERE latest.actor_id = ${userId}
          OR latest.actor_id IN (SELECT id FROM api_keys WHERE workspace_id = ${workspaceId} AND owner_id = ${userId})))
    ORDER BY s.id`;
  for (const { id } of touched) await pauseItself(transaction, id, "creator_left");
}

/**
 * Pauses a subscription without a person's doing, and tells its owner by mail. If it is already paused, only an exposed key changes
 * the reason.
 */
export async function pauseItself(
  transaction: Prisma.TransactionClient,
  id: string,
  because: Exclude<PauseReason, "person">,
): Promise<void> {
  const [before] = await transaction.$queryRaw<{ reason: PauseReason | null }[]>`
    SELECT paused_because AS reason FROM event_subscriptions WHERE id = ${id} FOR NO KEY UPDATE`;
  const { count } = await transaction.eventSubscription.updateMany({
    // It may have answered since its failures were counted.
    where: {
      id,
      ...(because === "key_exposed"
        ? { OR: [{ status: "active" }, { pausedBecause: { not: because } }] }
        : { status: "active" }),
      ...(because === "failing" && { failingSince: { not: null } }),
    },
    data: { status: "paused", pausedAt: new Date(), pausedBecause: because, updatedAt: new Date() },
  });
  if (count === 0) return;
  const subscription = await transaction.eventSubscription.findUniqueOrThrow({ where: { id } });
  const { workspaceId, endpointUrl, lastError } = subscription;
  const target = { type: "event_subscription", id, name: endpointUrl } as const;
  await recordAuditEvent(
    transaction,
    systemActor(workspaceId, "Keyward"),
    "event_subscription.paused",
    target,
    { because: before?.reason ? { from: before.reason, to: because } : because },
  );
  const data = JSON.stringify({ subscription: { id, endpointUrl }, because, lastError });
  await transaction.$executeRaw`
    SELECT events.record(${workspaceId}, 'event_subscription.paused', NULL, NULL, ${data}::json)`;
  const workspace = await transaction.workspace.findUniqueOrThrow({
    where: { id: workspaceId },
    select: { name: true, slug: true },
  });
  // The creator has left, or may no longer open the page that the mail leads to.
  const ownerId = because === "creator_left" ? null : subscription.ownerId;
  for (const email of await findOwners(transaction, { workspaceId, ownerId }))
    await notifySubscriptionPaused(transaction, email, workspace, { ...subscription, because });
}

/** The address of the person who made it, or whose key did; those of the workspace's owners if that is no active member. */
async function findOwners(
  transaction: Prisma.TransactionClient,
  { workspaceId, ownerId }: Pick<EventSubscription, "workspaceId" | "ownerId">,
): Promise<string[]> {
  const members = await transaction.member.findMany({
    where: {
      workspaceId,
      suspendedAt: null,
      OR: [...(ownerId === null ? [] : [{ userId: ownerId }]), { role: "owner" }],
      user: { email: { not: null }, disabledAt: null },
    },
    select: { userId: true, user: { select: { email: true } } },
    orderBy: { createdAt: "asc" },
  });
  const own = members.filter(({ userId }) => userId === ownerId);
  return (own.length > 0 ? own : members).flatMap(({ user: { email } }) => email ?? []);
}
