import { runtime } from "../runtime";
import type { Attempt } from "./post-event";

/** A delivery that this instance has taken. */
export type DueDelivery = {
  id: string;
  subscriptionId: string;
  eventId: string;
  body: string;
  endpointUrl: string;
  sealedSecret: Buffer;
  /** Null once it has expired. */
  sealedPreviousSecret: Buffer | null;
  attemptCount: number;
  /** Milliseconds since the first attempt; 0 before it. */
  triedForMs: number;
};

/** What became of a delivery that was attempted. */
export type AttemptOutcome = {
  id: string;
  subscriptionId: string;
  attempt: Attempt;
  status: "delivered" | "failed" | "pending";
  /** Until the next attempt, if it is pending. */
  delayMs: number;
};

/**
 * How long a delivery that was taken belongs to the instance that took it: longer than it waits there and is sent. If the instance
 * dies, another one takes it then.
 */
export const takenForMs = 30_000;
/** Attempts to an endpoint that are under way at once, for each instance. An endpoint that keeps failing gets one. */
export const mostAtOnce = 8;
/** From so many failures in a row an endpoint counts as failing: it is tried once in a while, until it answers. */
export const failingFrom = 5;

/**
 * Takes due deliveries of active subscriptions, oldest first, a few for each subscription, so that no endpoint's backlog delays another's.
 * Each is taken by one instance: it moves `next_attempt_at` on, and skips what others have locked.
 * @param busy How many of each subscription this instance already has.
 * @param ahead How many more than can be sent at once to take of a subscription whose endpoint answers.
 */
export async function takeDue(
  busy: Map<string, number>,
  most: number,
  ahead: number,
): Promise<DueDelivery[]> {
  const { rows } = await runtime().pool.query<DueDelivery>({
    name: "take_due_deliveries",
    text: takeStatement,
    values: [[...busy.keys()], [...busy.values()], most, mostAtOnce + ahead, failingFrom, takenForMs],
  });
  return rows.map((row) => ({ ...row, body: maskSecrets(row.body) }));
}

/** People sometimes paste a secret as a name. What is sent and shown never holds one. */
export function maskSecrets(body: string): string {
  return runtime().engine.keyFormats.mask(body);
}

/** Each step of the recursion finds the next subscription with something pending by one probe of the index. */
const takeStatement = `
  WITH RECURSIVE waiting(id) AS (
    (SELECT subscription_id FROM events.deliveries WHERE status = 'pending' ORDER BY subscription_id LIMIT 1)
    UNION ALL
    SELECT (SELECT subscription_id FROM events.deliveries WHERE status = 'pending' AND subscription_id > w.id
      ORDER BY subscription_id LIMIT 1) FROM waiting w WHERE w.id IS NOT NULL
  ), open AS (
    SELECT s.id, CASE WHEN s.failures < $5 THEN $4 ELSE 1 END - coalesce(busy.count, 0) AS room
    FROM waiting w JOIN public.event_subscriptions s ON s.id = w.id
    LEFT JOIN unnest($1::text[], $2::integer[]) AS busy(id, count) ON busy.id = s.id
    WHERE s.status = 'active' AND (s.failures < $5 OR s.next_probe_at <= clock_timestamp())
    ORDER BY random()
  ), taken AS (
    SELECT due.id FROM open o CROSS JOIN LATERAL (
      SELECT id FROM events.deliveries WHERE subscription_id = o.id AND status = 'pending' AND next_attempt_at <= clock_timestamp()
      ORDER BY next_attempt_at, id LIMIT greatest(o.room, 0) FOR UPDATE SKIP LOCKED
    ) due LIMIT $3
  ), moved AS (
    UPDATE events.deliveries d SET next_attempt_at = clock_timestamp() + $6::integer * interval '1 millisecond'
    FROM taken WHERE d.id = taken.id
    RETURNING d.id, d.subscription_id, d.event_id, d.attempt_count, d.first_attempt_at
  )
  SELECT m.id, m.subscription_id AS "subscriptionId", m.event_id AS "eventId", e.body, s.endpoint_url AS "endpointUrl",
    s.sealed_secret AS "sealedSecret",
    CASE WHEN s.previous_secret_expires_at > clock_timestamp() THEN s.sealed_previous_secret END AS "sealedPreviousSecret",
    m.attempt_count AS "attemptCount",
    coalesce(extract(epoch FROM clock_timestamp() - m.first_attempt_at) * 1000, 0)::double precision AS "triedForMs"
  FROM moved m JOIN public.event_subscriptions s ON s.id = m.subscription_id JOIN events.events e ON e.id = m.event_id
  ORDER BY m.id`;

/** Gives deliveries back that were taken and not attempted. */
export async function giveBack(ids: string[]): Promise<void> {
  await runtime().pool.query(
    "UPDATE events.deliveries SET next_attempt_at = clock_timestamp() WHERE id = ANY($1) AND status = 'pending'",
    [ids],
  );
}

/**
 * Stores attempts, with the counts that a subscription's day is drawn from, in one transaction. A delivery that was delivered by
 * another instance in the meantime stays delivered.
 */
export async function storeAttempts(outcomes: readonly AttemptOutcome[]): Promise<void> {
  await runtime().pool.query({
    name: "store_delivery_attempts",
    text: storeStatement,
    values: [JSON.stringify(outcomes), failingFrom],
  });
}

const storeStatement = `
  WITH given AS (
    SELECT id, "subscriptionId", attempt, status, "delayMs", (attempt->>'at')::timestamptz AS at, (attempt->>'status')::integer AS answered,
      attempt->>'error' AS error, (attempt->>'latencyMs')::bigint AS latency
    FROM json_to_recordset($1) AS g (id text, "subscriptionId" text, attempt jsonb, status text, "delayMs" double precision)
  ), stored AS (
    UPDATE events.deliveries d SET
      attempts = d.attempts || g.attempt,
      attempt_count = d.attempt_count + 1,
      first_attempt_at = coalesce(d.first_attempt_at, g.at),
      last_status = g.answered,
      last_error = g.error,
      status = CASE WHEN d.status = 'delivered' THEN d.status ELSE g.status END,
      delivered_at = CASE WHEN g.status = 'delivered' THEN coalesce(d.delivered_at, clock_timestamp()) ELSE d.delivered_at END,
      next_attempt_at = clock_timestamp() + g."delayMs" * interval '1 millisecond'
    FROM (SELECT * FROM given ORDER BY id) g WHERE d.id = g.id
    RETURNING d.subscription_id, g.at, g.status, g.error, g.latency, d.attempt_count
  ), health AS (
    UPDATE public.event_subscriptions s SET
      failures = CASE WHEN h.succeeded THEN 0 ELSE s.failures + h.failed END,
      failing_since = CASE WHEN h.succeeded THEN NULL ELSE coalesce(s.failing_since, h.first_at) END,
      next_probe_at = CASE WHEN h.succeeded OR s.failures + h.failed < $2 THEN NULL
        ELSE clock_timestamp() + least(power(2, least(s.failures + h.failed - $2, 10)), 300) * (0.5 + random() / 2) * interval '1 second' END,
      last_error = CASE WHEN h.succeeded THEN NULL ELSE h.error END
    FROM (SELECT subscription_id, bool_or(error IS NULL) AS succeeded, count(*) FILTER (WHERE error IS NOT NULL) AS failed,
        min(at) AS first_at, (array_agg(error ORDER BY at DESC))[1] AS error
      FROM stored GROUP BY subscription_id ORDER BY subscription_id) h
    WHERE s.id = h.subscription_id AND (NOT h.succeeded OR s.failures > 0)
  )
  INSERT INTO events.hourly_attempts AS a (subscription_id, hour, delivered, retried, failed, latency_ms)
  SELECT subscription_id, date_trunc('hour', at), count(*) FILTER (WHERE error IS NULL AND attempt_count = 1),
    count(*) FILTER (WHERE error IS NULL AND attempt_count > 1), count(*) FILTER (WHERE error IS NOT NULL), sum(latency)
  FROM stored GROUP BY 1, 2 ORDER BY 1, 2
  ON CONFLICT (subscription_id, hour) DO UPDATE SET delivered = a.delivered + excluded.delivered, retried = a.retried + excluded.retried,
    failed = a.failed + excluded.failed, latency_ms = a.latency_ms + excluded.latency_ms`;
