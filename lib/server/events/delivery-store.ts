import { runtime } from "../runtime";
import type { Attempt } from "./post-event";

/** A delivery that this instance has taken. */
export type DueDelivery = {
  id: string;
  subscriptionId: string;
  eventId: string;
  body: string;
  endpointUrl: string;
  /** Changes with everything that a person changes about the subscription. */
  version: string;
  /** Its endpoint failed last or is slow, so it has one of the places for those. */
  isTroubled: boolean;
  /** Proves that it is still this instance's: taking or retrying it writes another moment. */
  takenUntil: string;
  /** When it was due, to give it back in its place. */
  dueAt: string;
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
  endpointUrl: string;
  takenUntil: string;
  attempt: Attempt;
  status: "delivered" | "failed" | "pending";
  /** Until the next attempt, if it is pending. */
  delayMs: number;
  /** How long the endpoint asks to wait. Null if it doesn't. */
  retryAfterMs: number | null;
};

/**
 * How long a delivery that was taken belongs to the instance that took it: longer than it waits there and is sent. If the instance
 * dies, another one takes it then.
 */
export const takenForMs = 30_000;
/** From so many failures in a row an endpoint counts as failing: it is tried once in a while, until it answers. */
export const failingFrom = 5;
/** For so long an endpoint can ask to get nothing at all. The delivery that it answered this way waits for up to a day. */
const longestAskedMs = 3_600_000;
/** Attempts of a delivery that are kept. A day of retries makes about 30; only people who send it again can make more. */
const keptAttempts = 100;

/** What this instance has of a subscription, and how many it has room for if its endpoint isn't failing. */
export type HeldDeliveries = { subscriptionId: string; held: number; room: number; isSlow: boolean };

/**
 * Takes due deliveries of active subscriptions, oldest first, a few for each subscription, so that no endpoint's backlog delays another's.
 * Each is taken by one instance: it moves `next_attempt_at` on, and skips what others have locked. Of an endpoint that is failing,
 * it takes one.
 * @param firstRoom How many to take of a subscription of which this instance has none.
 * @param places How many in all, of endpoints that failed last or are slow, and of the others.
 */
export async function takeDue(
  held: readonly HeldDeliveries[],
  firstRoom: number,
  places: { healthy: number; troubled: number },
): Promise<DueDelivery[]> {
  const { rows } = await runtime().pool.query<DueDelivery>(takeStatement, [
    held.map(({ subscriptionId }) => subscriptionId),
    held.map((one) => one.held),
    held.map(({ room }) => room),
    firstRoom,
    failingFrom,
    places.healthy,
    places.troubled,
    takenForMs,
    held.map(({ isSlow }) => isSlow),
  ]);
  return rows.map((row) => ({ ...row, body: maskSecrets(row.body) }));
}

/** People sometimes paste a secret as a name. What is sent and shown never holds one. */
export function maskSecrets(body: string): string {
  return runtime().engine.keyFormats.mask(body);
}

const dueOf = (troubled: string, limit: string) => `(
    SELECT d.*, o.troubled FROM open o CROSS JOIN LATERAL (
      SELECT id, event_id, next_attempt_at FROM events.deliveries
      WHERE subscription_id = o.id AND status = 'pending' AND next_attempt_at <= clock_timestamp()
      ORDER BY next_attempt_at, id LIMIT greatest(o.room, 0) FOR UPDATE SKIP LOCKED
    ) d WHERE ${troubled} LIMIT ${limit})`;

/**
 * Each step of the recursion finds the next subscription with something pending by one probe of the index. No statement here is
 * prepared: a pooler gives each transaction another connection.
 */
const takeStatement = `
  WITH RECURSIVE waiting(id) AS (
    (SELECT subscription_id FROM events.deliveries WHERE status = 'pending' ORDER BY subscription_id LIMIT 1)
    UNION ALL
    SELECT (SELECT subscription_id FROM events.deliveries WHERE status = 'pending' AND subscription_id > w.id
      ORDER BY subscription_id LIMIT 1) FROM waiting w WHERE w.id IS NOT NULL
  ), open AS (
    SELECT s.id, s.failures > 0 OR coalesce(lane.slow, false) AS troubled,
      CASE WHEN s.failures < $5::integer THEN coalesce(lane.room, $4::integer) ELSE 1 - coalesce(lane.held, 0) END AS room
    FROM waiting w JOIN public.event_subscriptions s ON s.id = w.id
    LEFT JOIN unnest($1::text[], $2::integer[], $3::integer[], $9::boolean[]) AS lane(id, held, room, slow) ON lane.id = s.id
    WHERE s.status = 'active' AND (s.failures < $5::integer OR s.next_probe_at <= clock_timestamp())
    ORDER BY random()
  ), due AS (
    ${dueOf("NOT o.troubled", "$6::integer")} UNION ALL ${dueOf("o.troubled", "$7::integer")}
  ), moved AS (
    UPDATE events.deliveries d SET
      next_attempt_at = clock_timestamp() + $8::integer * interval '1 millisecond',
      -- Replayed shortly before its event was deleted.
      status = CASE WHEN e.id IS NULL THEN 'failed' ELSE d.status END,
      last_error = CASE WHEN e.id IS NULL THEN 'The event is no longer stored.' ELSE d.last_error END
    FROM due LEFT JOIN events.events e ON e.id = due.event_id WHERE d.id = due.id
    RETURNING d.id, d.subscription_id, d.event_id, e.body, d.attempt_count, d.first_attempt_at, due.troubled,
      d.next_attempt_at AS taken_until, due.next_attempt_at AS due_at
  )
  SELECT m.id, m.subscription_id AS "subscriptionId", m.event_id AS "eventId", m.body, s.endpoint_url AS "endpointUrl",
    s.updated_at::text AS version, m.troubled AS "isTroubled", m.taken_until::text AS "takenUntil", m.due_at::text AS "dueAt",
    s.sealed_secret AS "sealedSecret",
    CASE WHEN s.previous_secret_expires_at > clock_timestamp() THEN s.sealed_previous_secret END AS "sealedPreviousSecret",
    m.attempt_count AS "attemptCount",
    coalesce(extract(epoch FROM clock_timestamp() - m.first_attempt_at) * 1000, 0)::double precision AS "triedForMs"
  FROM moved m JOIN public.event_subscriptions s ON s.id = m.subscription_id WHERE m.body IS NOT NULL
  ORDER BY m.due_at, m.id`;

/** The versions of those subscriptions that are active. */
export async function readVersions(subscriptionIds: string[]): Promise<Map<string, string>> {
  const { rows } = await runtime().pool.query<{ id: string; version: string }>(
    "SELECT id, updated_at::text AS version FROM event_subscriptions WHERE id = ANY($1) AND status = 'active'",
    [subscriptionIds],
  );
  return new Map(rows.map(({ id, version }) => [id, version]));
}

/** Gives deliveries back that were taken and not attempted, each in its place. One that is no longer this instance's stays as it is. */
export async function giveBack(deliveries: readonly DueDelivery[]): Promise<void> {
  await runtime().pool.query(
    `UPDATE events.deliveries d SET next_attempt_at = given.due_at
     FROM unnest($1::text[], $2::timestamptz[], $3::timestamptz[]) AS given(id, taken_until, due_at)
     WHERE d.id = given.id AND d.status = 'pending' AND d.next_attempt_at = given.taken_until`,
    [
      deliveries.map(({ id }) => id),
      deliveries.map(({ takenUntil }) => takenUntil),
      deliveries.map(({ dueAt }) => dueAt),
    ],
  );
}

/**
 * Stores attempts, with the counts that a subscription's day is drawn from, in one transaction. Storing them twice counts them once.
 * If a delivery was taken by another instance or changed by a person in the meantime, what they made of it stays, unless it was
 * delivered. No two may be of the same delivery.
 */
export async function storeAttempts(outcomes: readonly AttemptOutcome[]): Promise<void> {
  await runtime().pool.query(storeStatement, [
    JSON.stringify(outcomes),
    failingFrom,
    takenForMs,
    keptAttempts,
    longestAskedMs,
  ]);
}

/**
 * Locks the subscriptions whose health changes first, in the order of their ids: instances that store at the same time, and people who
 * resume a subscription, then wait for each other and don't deadlock. When a failing endpoint answers, its deliveries are due at once,
 * except those that are being sent, and those that it answered with 429. One that asks for a wait counts as failing until then, also if
 * it answers others; but it isn't paused for that.
 */
const storeStatement = `
  WITH given AS (
    SELECT id, "subscriptionId", "endpointUrl", "takenUntil", attempt, status, "delayMs", "retryAfterMs",
      -- By the database's clock, as everything that is compared with it.
      statement_timestamp() - (attempt->>'latencyMs')::integer * interval '1 millisecond' AS at,
      (attempt->>'status')::integer AS answered, attempt->>'error' AS error, (attempt->>'latencyMs')::bigint AS latency
    FROM json_to_recordset($1) AS g (id text, "subscriptionId" text, "endpointUrl" text, "takenUntil" timestamptz, attempt jsonb,
      status text, "delayMs" double precision, "retryAfterMs" double precision)
  ), reported AS (
    SELECT "subscriptionId" AS id, "endpointUrl" AS url, bool_or(error IS NULL) AS succeeded,
      count(*) FILTER (WHERE error IS NOT NULL) AS failed, min(at) AS first_at, (array_agg(error ORDER BY at DESC))[1] AS error,
      CASE WHEN max("retryAfterMs") > 0 THEN least(max("retryAfterMs"), $5::integer) END AS asked_ms
    FROM given GROUP BY 1, 2
  ), before AS MATERIALIZED (
    SELECT s.id, s.failures, r.succeeded, r.failed, r.first_at, r.error, r.asked_ms,
      greatest(CASE WHEN r.succeeded THEN 0 ELSE s.failures + r.failed END,
        CASE WHEN r.asked_ms IS NULL THEN 0 ELSE $2::integer END) AS failures_now
    FROM public.event_subscriptions s
    JOIN reported r ON r.id = s.id AND r.url = s.endpoint_url
    WHERE NOT r.succeeded OR s.failures > 0 OR r.asked_ms IS NOT NULL ORDER BY s.id FOR NO KEY UPDATE OF s
  ), stored AS (
    UPDATE events.deliveries d SET
      attempts = CASE WHEN jsonb_array_length(d.attempts) < $4::integer THEN d.attempts ELSE d.attempts - 0 END || g.attempt,
      attempt_count = d.attempt_count + 1,
      first_attempt_at = coalesce(d.first_attempt_at, g.at),
      last_status = CASE WHEN d.status = 'delivered' AND g.error IS NOT NULL THEN d.last_status ELSE g.answered END,
      last_error = CASE WHEN d.status = 'delivered' THEN NULL ELSE g.error END,
      status = CASE WHEN g.status = 'delivered' THEN g.status
        WHEN d.status = 'pending' AND d.next_attempt_at = g."takenUntil" THEN g.status ELSE d.status END,
      delivered_at = CASE WHEN g.status = 'delivered' THEN coalesce(d.delivered_at, clock_timestamp()) ELSE d.delivered_at END,
      next_attempt_at = CASE WHEN d.next_attempt_at = g."takenUntil"
        THEN clock_timestamp() + g."delayMs" * interval '1 millisecond' ELSE d.next_attempt_at END
    FROM given g WHERE d.id = g.id AND d.attempts -> -1 IS DISTINCT FROM g.attempt AND (SELECT count(*) FROM before) >= 0
    RETURNING d.subscription_id, g.at, g.error, g.latency, d.attempt_count
  ), health AS (
    UPDATE public.event_subscriptions s SET
      failures = b.failures_now,
      failing_since = CASE WHEN b.succeeded THEN NULL ELSE coalesce(s.failing_since, b.first_at) END,
      next_probe_at = CASE WHEN b.failures_now >= $2::integer THEN clock_timestamp() + greatest(
        least(power(2, least(b.failures_now - $2::integer, 10)), 300) * (0.5 + random() / 2) * interval '1 second',
        coalesce(b.asked_ms, 0) * interval '1 millisecond') END,
      last_error = CASE WHEN b.succeeded THEN NULL ELSE b.error END
    FROM before b WHERE s.id = b.id
    RETURNING s.id, b.failures_now = 0 AND b.failures >= $2::integer AS recovered
  ), resumed AS (
    UPDATE events.deliveries d SET next_attempt_at = clock_timestamp()
    FROM health h WHERE h.recovered AND d.subscription_id = h.id AND d.status = 'pending'
      AND d.next_attempt_at > clock_timestamp() + $3::integer * interval '1 millisecond'
      AND d.last_status IS DISTINCT FROM 429 AND d.id NOT IN (SELECT id FROM given)
  )
  INSERT INTO events.hourly_attempts AS a (subscription_id, hour, delivered, retried, failed, latency_ms)
  SELECT subscription_id, date_trunc('hour', at), count(*) FILTER (WHERE error IS NULL AND attempt_count = 1),
    count(*) FILTER (WHERE error IS NULL AND attempt_count > 1), count(*) FILTER (WHERE error IS NOT NULL), sum(latency)
  FROM stored GROUP BY 1, 2 ORDER BY 1, 2
  ON CONFLICT (subscription_id, hour) DO UPDATE SET delivered = a.delivered + excluded.delivered, retried = a.retried + excluded.retried,
    failed = a.failed + excluded.failed, latency_ms = a.latency_ms + excluded.latency_ms`;
