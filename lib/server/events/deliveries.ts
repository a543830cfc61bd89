import { AppError } from "@/lib/contracts/app-error";
import type {
  DeliveryListQuery,
  DeliveryStatus,
  ReplayInput,
} from "@/lib/contracts/event-subscription-input";
import { testEventType } from "@/lib/contracts/event-types";
import type { Actor } from "../actor";
import { recordAuditEvent } from "../audit/record-audit-event";
import { firstId } from "../new-id";
import { db, runtime } from "../runtime";
import { maskSecrets } from "./delivery-store";
import type { Attempt } from "./post-event";
import { requireSubscription } from "./subscription-access";

export type Delivery = {
  id: string;
  eventId: string;
  type: string;
  status: DeliveryStatus;
  attemptCount: number;
  lastStatus: number | null;
  lastError: string | null;
  /** Null unless it is pending. */
  nextAttemptAt: Date | null;
  deliveredAt: Date | null;
};
export type DeliveryWithAttempts = Delivery & { body: string; attempts: Attempt[] };

const columns = `d.id, d.event_id AS "eventId", d.type, d.status, d.attempt_count AS "attemptCount", d.last_status AS "lastStatus",
  d.last_error AS "lastError", CASE WHEN d.status = 'pending' THEN d.next_attempt_at END AS "nextAttemptAt",
  d.delivered_at AS "deliveredAt"`;

/** A page of a subscription's deliveries, newest first. @throws AppError `not_found`, `insufficient_permissions` */
export async function listDeliveries(
  actor: Actor,
  subscriptionId: string,
  { status, type, from, to, limit, cursor }: DeliveryListQuery,
): Promise<{ deliveries: Delivery[]; nextCursor: string | null }> {
  await requireSubscription(db(), actor, subscriptionId);
  const { rows } = await runtime().pool.query<Delivery>(
    `SELECT ${columns} FROM events.deliveries d WHERE d.subscription_id = $1
       AND ($2::text IS NULL OR d.status = $2) AND ($3::text IS NULL OR d.type = $3)
       AND ($4::text IS NULL OR d.id < $4) AND ($5::text IS NULL OR d.id >= $5) AND ($6::text IS NULL OR d.id < $6)
     ORDER BY d.id DESC LIMIT $7`,
    [
      subscriptionId,
      status ?? null,
      type ?? null,
      cursor ?? null,
      from ? firstId("dlv", from) : null,
      to ? firstId("dlv", to) : null,
      limit + 1,
    ],
  );
  const deliveries = rows.slice(0, limit);
  return { deliveries, nextCursor: rows.length > limit ? (deliveries.at(-1)?.id ?? null) : null };
}

/** @throws AppError `not_found`, `insufficient_permissions` */
export async function getDelivery(
  actor: Actor,
  subscriptionId: string,
  id: string,
): Promise<DeliveryWithAttempts> {
  await requireSubscription(db(), actor, subscriptionId);
  const { rows } = await runtime().pool.query<DeliveryWithAttempts>(
    `SELECT ${columns}, e.body, d.attempts FROM events.deliveries d JOIN events.events e ON e.id = d.event_id
     WHERE d.id = $1 AND d.subscription_id = $2`,
    [id, subscriptionId],
  );
  if (!rows[0]) throw new AppError("not_found", "Delivery not found.");
  return { ...rows[0], body: maskSecrets(rows[0].body) };
}

/**
 * Sends a delivery again now, whatever became of it. It keeps its attempts, and is attempted for another day.
 * @throws AppError `not_found`; `conflict` while the subscription is paused
 */
export async function retryDelivery(
  actor: Actor,
  subscriptionId: string,
  id: string,
): Promise<DeliveryWithAttempts> {
  const { status } = await requireSubscription(db(), actor, subscriptionId);
  if (status === "paused") throw new AppError("conflict", "The subscription is paused. Resume it first.");
  await runtime().pool.query(
    `UPDATE events.deliveries SET status = 'pending', next_attempt_at = clock_timestamp(), first_attempt_at = NULL
     WHERE id = $1 AND subscription_id = $2`,
    [id, subscriptionId],
  );
  return getDelivery(actor, subscriptionId, id);
}

/** Sends a test event to one subscription. @throws AppError as retryDelivery */
export async function sendTestEvent(actor: Actor, subscriptionId: string): Promise<DeliveryWithAttempts> {
  const { status, workspaceId } = await requireSubscription(db(), actor, subscriptionId);
  if (status === "paused") throw new AppError("conflict", "The subscription is paused. Resume it first.");
  const { rows } = await runtime().pool.query<{ id: string }>(
    `WITH event AS (
       INSERT INTO events.events (id, workspace_id, type, body)
       SELECT id, $1, $2, json_build_object('id', id, 'type', $2::text, 'createdAt', events.format_time(clock_timestamp()),
         'workspaceId', $1::text, 'data', json_build_object('message', 'This is a test event.'))::text
       FROM events.new_id('evt') AS id RETURNING id, type
     )
     INSERT INTO events.deliveries (id, subscription_id, event_id, type)
     SELECT events.new_id('dlv'), $3, event.id, event.type FROM event RETURNING id`,
    [workspaceId, testEventType, subscriptionId],
  );
  return getDelivery(actor, subscriptionId, (rows[0] as { id: string }).id);
}

/** How many events a replay of this time would send. @throws AppError `not_found`, `insufficient_permissions` */
export async function countReplay(actor: Actor, subscriptionId: string, input: ReplayInput): Promise<number> {
  await requireSubscription(db(), actor, subscriptionId);
  const { rows } = await runtime().pool.query<{ count: number }>(
    `SELECT count(*)::int AS count ${replayed}`,
    replayValues(subscriptionId, input),
  );
  return (rows[0] as { count: number }).count;
}

/**
 * Sends the events of a time again that the subscription asks for, also those that were delivered.
 * @returns How many.
 * @throws AppError `not_found`; `conflict` while the subscription is paused
 */
export async function replayEvents(
  actor: Actor,
  subscriptionId: string,
  input: ReplayInput,
): Promise<number> {
  return db().$transaction(
    async (transaction) => {
      const { status, endpointUrl } = await requireSubscription(transaction, actor, subscriptionId);
      if (status === "paused") throw new AppError("conflict", "The subscription is paused. Resume it first.");
      const count = await transaction.$executeRawUnsafe(
        `INSERT INTO events.deliveries (id, subscription_id, event_id, type)
         SELECT events.new_id('dlv'), $1, id, type FROM (SELECT e.id, e.type ${replayed} ORDER BY e.id) e`,
        ...replayValues(subscriptionId, input),
      );
      const target = { type: "event_subscription", id: subscriptionId, name: endpointUrl } as const;
      await recordAuditEvent(transaction, actor, "event_subscription.replayed", target, {
        from: input.from,
        to: input.to,
        count,
      });
      return count;
    },
    { timeout: 60_000 },
  );
}

/** $1 is the subscription, $2 and $3 the ids that bound the time. */
const replayed = `FROM public.event_subscriptions s JOIN events.events e ON e.workspace_id = s.workspace_id
  WHERE s.id = $1 AND e.id >= $2 AND e.id < $3 AND events.matches(s.event_types, e.type)
    AND (s.key_ids = '{}' OR e.key_id = ANY (s.key_ids))
    AND (s.environments = '{}' OR e.environment = ANY (s.environments))`;

function replayValues(subscriptionId: string, { from, to }: ReplayInput): string[] {
  return [subscriptionId, firstId("evt", from), firstId("evt", to)];
}
