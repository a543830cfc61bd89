import { invalidationsRead } from "../leases/lease";

const prunedAtOnce = 10_000;

/** One snapshot: the acknowledgement is stored, what is newer is read. The database's clock comes with it. */
export const renewalStatement = `
  WITH mine AS (
    UPDATE decisions.instances SET renewal = $2, applied = $3, shares_limits = $5, known_ms = $6, renewed_at = clock_timestamp(),
      limit_store = $7, redis_ready = $8
    WHERE id = $1 AND incarnation = decisions.incarnation() AND incarnation = $4
    RETURNING 1
  )
  SELECT EXISTS (SELECT FROM mine) AS held, others.*, decisions.incarnation() AS incarnation, h.epoch, h.pruned_to AS "prunedTo",
    extract(epoch FROM clock_timestamp())::float8 * 1000 AS "databaseMs",
    coalesce((SELECT json_agg(i) FROM (
      SELECT epoch, scope, id FROM decisions.invalidations WHERE epoch > $3 ORDER BY epoch LIMIT ${invalidationsRead + 1}) i), '[]') AS invalidations,
    -- Instances that limit together wait for each other.
    CASE WHEN $9 THEN pg_notify('keyward_invalidation', '') END
  FROM decisions.invalidation_head h, (
    SELECT coalesce(array_agg(id::text), '{}') AS ids, (count(*) FILTER (WHERE NOT shares_limits))::int AS alone,
      (count(*) FILTER (WHERE limit_store = 'redis'))::int AS "inRedis",
      (count(*) FILTER (WHERE limit_store = 'postgres'))::int AS "inPostgres",
      (count(*) FILTER (WHERE NOT redis_ready))::int AS "withoutRedis"
    FROM decisions.instances
    -- As leaseOverAfter: whoever was not seen for longer decides nothing before it has seen this row.
    WHERE id <> $1 AND renewed_at > clock_timestamp() - (1.05 * lease_ms + 100) * interval '1 millisecond') others`;

/** Wakes the others: one that was alone has to share its limits before this one may allow anything. */
export const joinStatement = `
  WITH joined AS (
    INSERT INTO decisions.instances (id, incarnation, lease_ms, shares_limits, stale_ms, limit_store, redis_ready)
    VALUES ($1, decisions.incarnation(), $2, $3, $4, $5, $6)
    RETURNING incarnation
  )
  SELECT incarnation, pg_notify('keyward_invalidation', '') FROM joined`;

/** Takes what nobody needs any more off the log. A bounded piece at a time: renewals wait behind it on their connection. */
export const pruneStatement = `
  WITH oldest AS (SELECT ctid, at FROM decisions.invalidations ORDER BY epoch LIMIT ${prunedAtOnce} FOR UPDATE SKIP LOCKED),
    old AS (DELETE FROM decisions.invalidations WHERE ctid IN (SELECT ctid FROM oldest WHERE at < now() - interval '1 hour') RETURNING epoch)
  UPDATE decisions.invalidation_head SET pruned_to = greatest(pruned_to, (SELECT max(epoch) FROM old))
  WHERE EXISTS (SELECT FROM old)`;
