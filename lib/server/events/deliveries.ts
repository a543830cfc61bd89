import { AppError, invalidField } from "@/lib/contracts/app-error";
import { type DeliveryStatus, mostReplayed } from "@/lib/contracts/deliveries";
import type { DeliveryListQuery, ReplayInput } from "@/lib/contracts/event-subscription-input";
import { testEventType } from "@/lib/contracts/event-types";
import type { Actor } from "../actor";
import { recordAuditEvent } from "../audit/record-audit-event";
import type { EventSubscription } from "../generated/prisma/client";
import { firstId } from "../new-id";
import { db, runtime } from "../runtime";
import { maskSecrets } from "./delivery-store";
import type { Attempt } from "./post-event";
import { requireWithinLimit } from "./require-within-limit";
import { requireManagesSubscriptions, requireSubscription } from "./subscription-access";

export type Delivery = {
  id: string;
  eventId: string;
  type: string;
  status: DeliveryStatus;
  attemptCount: number;
  lastStatus: number | null;
  lastError: string | null;
  lastLatencyMs: number | null;
  /** Null unless it is pending. */
  nextAttemptAt: Date | null;
  deliveredAt: Date | null;
};
/** `body` is null once the event has been deleted: the delivery of a replay outlives it. */
export type DeliveryWithAttempts = Delivery & { body: string | null; attempts: Attempt[] };

/** While an endpoint fails, nothing is sent before it may be tried again. */
const columns = `d.id, d.event_id AS "eventId", d.type, d.status, d.attempt_count AS "attemptCount", d.last_status AS "lastStatus",
  d.last_error AS "lastError", (d.attempts -> -1 ->> 'latencyMs')::integer AS "lastLatencyMs",
  CASE WHEN d.status = 'pending' THEN greatest(d.next_attempt_at, s.next_probe_at) END AS "nextAttemptAt",
  d.delivered_at AS "deliveredAt"`;
const deliveries = `events.deliveries d JOIN public.event_subscriptions s ON s.id = d.subscription_id`;

/** A page of a subscription's deliveries, newest first. @throws AppError `not_found`, `insufficient_permissions` */
export async function listDeliveries(
  actor: Actor,
  subscriptionId: string,
  { status, type, from, to, limit, cursor }: DeliveryListQuery,
): Promise<{ deliveries: Delivery[]; nextCursor: string | null }> {
  await requireSubscription(db(), actor, subscriptionId);
  const { rows } = await runtime().pool.query<Delivery>(
    `SELECT ${columns} FROM ${deliveries} WHERE d.subscription_id = $1
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
  const page = rows.slice(0, limit);
  return { deliveries: page, nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
}

/** @throws AppError `not_found`, `insufficient_permissions` */
export async function getDelivery(
  actor: Actor,
  subscriptionId: string,
  id: string,
): Promise<DeliveryWithAttempts> {
  await requireSubscription(db(), actor, subscriptionId);
  const { rows } = await runtime().pool.query<DeliveryWithAttempts>(
    `SELECT ${columns}, e.body, d.attempts FROM ${deliveries} LEFT JOIN events.events e ON e.id = d.event_id
     WHERE d.id = $1 AND d.subscription_id = $2`,
    [id, subscriptionId],
  );
  if (!rows[0]) throw new AppError("not_found", "Delivery not found.");
  const { body } = rows[0];
  return { ...rows[0], body: body === null ? null : maskSecrets(body) };
}

/**
 * Sends a delivery again now, before others that wait, even if it was delivered. It keeps its attempts, and is attempted for another day.
 * @throws AppError `not_found`; `conflict` while the subscription is paused, and once the event has been deleted; too many, as
 * requireWithinLimit
 */
export async function retryDelivery(
  actor: Actor,
  subscriptionId: string,
  id: string,
): Promise<DeliveryWithAttempts> {
  await requireMaySend(actor);
  await requireActive(actor, subscriptionId);
  const { rowCount } = await runtime().pool.query(
    `WITH ${probeNow} UPDATE events.deliveries d SET status = 'pending', next_attempt_at = ${firstInLine}, first_attempt_at = NULL
     WHERE id = $2 AND subscription_id = $1 AND EXISTS (SELECT FROM events.events e WHERE e.id = d.event_id)`,
    [subscriptionId, id],
  );
  const delivery = await getDelivery(actor, subscriptionId, id);
  if (rowCount === 0)
    throw new AppError(
      "conflict",
      "The event has been deleted because of its age, so it can’t be sent again.",
    );
  return delivery;
}

/** Sends a test event to one subscription, before what waits there. @throws AppError as retryDelivery */
export async function sendTestEvent(actor: Actor, subscriptionId: string): Promise<DeliveryWithAttempts> {
  await requireMaySend(actor);
  const { workspaceId } = await requireActive(actor, subscriptionId);
  const { rows } = await runtime().pool.query<{ id: string }>(
    `WITH ${probeNow}, event AS (
       INSERT INTO events.events (id, workspace_id, type, body)
       SELECT id, $2, $3, json_build_object('id', id, 'type', $3::text, 'createdAt', events.format_time(clock_timestamp()),
         'workspaceId', $2::text, 'data', json_build_object('message', 'This is a test event.'))::text
       FROM events.new_id('evt') AS id RETURNING id, type
     )
     INSERT INTO events.deliveries (id, subscription_id, event_id, type, next_attempt_at)
     SELECT events.new_id('dlv'), $1, event.id, event.type, ${firstInLine} FROM event RETURNING id`,
    [subscriptionId, workspaceId, testEventType],
  );
  return getDelivery(actor, subscriptionId, (rows[0] as { id: string }).id);
}

/** $1 is the subscription. A person who has mended an endpoint doesn't wait until it would be tried again. */
const probeNow = `probe AS (
  UPDATE public.event_subscriptions SET next_probe_at = clock_timestamp() WHERE id = $1 AND next_probe_at > clock_timestamp()
)`;
/** $1 is the subscription. Deliveries are sent in the order of this time. */
const firstInLine = `least(clock_timestamp(), (
  SELECT min(next_attempt_at) FROM events.deliveries WHERE subscription_id = $1 AND status = 'pending'
)) - interval '1 millisecond'`;

async function requireMaySend(actor: Actor): Promise<void> {
  requireManagesSubscriptions(actor);
  await requireWithinLimit(runtime().eventSends, actor, "test events and retries");
}

async function requireActive(actor: Actor, subscriptionId: string): Promise<EventSubscription> {
  const subscription = await requireSubscription(db(), actor, subscriptionId);
  if (subscription.status === "paused")
    throw new AppError("conflict", "The subscription is paused. Resume it first.");
  return subscription;
}

/**
 * How many events a replay of this time would send. Counting ends with one more than `mostReplayed`.
 * @throws AppError `not_found`, `insufficient_permissions`
 */
export async function countReplay(actor: Actor, subscriptionId: string, input: ReplayInput): Promise<number> {
  const subscription = await requireSubscription(db(), actor, subscriptionId);
  const { rows } = await runtime().pool.query<{ count: number }>(
    countStatement,
    replayValues(subscription, input),
  );
  return (rows[0] as { count: number }).count;
}

/**
 * Sends the events of a time again that the subscription asks for, also those that were delivered, and those from before it was
 * created. Not the test events: they were for one endpoint.
 * @returns How many.
 * @throws AppError `not_found`; `conflict` while the subscription is paused or has a large backlog; `invalid_request` for more than
 * `mostReplayed`; too many, as requireWithinLimit
 */
export async function replayEvents(
  actor: Actor,
  subscriptionId: string,
  input: ReplayInput,
): Promise<number> {
  requireManagesSubscriptions(actor);
  await requireWithinLimit(runtime().eventReplays, actor, "replays");
  return db().$transaction(
    async (transaction) => {
      const subscription = await requireSubscription(transaction, actor, subscriptionId);
      if (subscription.status === "paused")
        throw new AppError("conflict", "The subscription is paused. Resume it first.");
      const [backlog] = await transaction.$queryRawUnsafe<{ count: number }[]>(
        `SELECT count(*)::int AS count FROM (SELECT FROM events.deliveries WHERE subscription_id = $1 AND status = 'pending'
         LIMIT ${mostPending + 1}) p`,
        subscriptionId,
      );
      if ((backlog?.count ?? 0) > mostPending)
        throw new AppError(
          "conflict",
          `More than ${mostPending.toLocaleString("en-US")} deliveries are pending. Wait until the endpoint has received some of them.`,
        );
      const values = replayValues(subscription, input);
      const [counted] = await transaction.$queryRawUnsafe<{ count: number }[]>(countStatement, ...values);
      if ((counted?.count ?? 0) > mostReplayed)
        throw invalidField(
          "from",
          `This time has more than ${mostReplayed.toLocaleString("en-US")} events. Replay a shorter time.`,
        );
      const count = await transaction.$executeRawUnsafe(
        `INSERT INTO events.deliveries (id, subscription_id, event_id, type)
         SELECT ${replayedId}, $8, e.id, e.type FROM (SELECT e.id, e.type, row_number() OVER (ORDER BY e.id) AS place ${replayed}) e,
           events.new_id('dlv') AS new`,
        ...values,
        subscriptionId,
      );
      const target = {
        type: "event_subscription",
        id: subscriptionId,
        name: subscription.endpointUrl,
      } as const;
      const { from, to } = input;
      await recordAuditEvent(transaction, actor, "event_subscription.replayed", target, { from, to, count });
      return count;
    },
    { timeout: 60_000 },
  );
}

/** While more are pending, nothing is replayed: the backlog of a subscription takes space until its endpoint has received it. */
const mostPending = 100_000;
/** The ids of a replay's deliveries have its time, then the order of the events. To make each with new_id would take far longer. */
const replayedId =
  "left(new, 14) || lpad(to_hex(e.place), 6, '0') || right(replace(gen_random_uuid()::text, '-', ''), 10)";
/** As events.record chooses them. The function events.matches would be called for each event, which takes 20 times as long. */
const replayed = `FROM events.events e WHERE e.workspace_id = $1 AND e.id >= $2 AND e.id < $3
  AND (e.type = ANY ($4::text[]) OR e.type LIKE ANY ($5::text[])) AND e.type <> '${testEventType}'
  AND ($6::text[] = '{}' OR e.key_id = ANY ($6)) AND ($7::text[] = '{}' OR e.environment = ANY ($7))`;
const countStatement = `SELECT count(*)::int AS count FROM (SELECT ${replayed} LIMIT ${mostReplayed + 1}) e`;

function replayValues(
  { workspaceId, eventTypes, keyIds, environments }: EventSubscription,
  { from, to }: ReplayInput,
): unknown[] {
  const [names, beginnings] = [false, true].map((isBeginning) =>
    eventTypes.filter((type) => type.endsWith("*") === isBeginning),
  ) as [string[], string[]];
  const patterns = beginnings.map((type) => `${type.slice(0, -1).replaceAll("_", "\\_")}%`);
  return [workspaceId, firstId("evt", from), firstId("evt", to), names, patterns, keyIds, environments];
}
