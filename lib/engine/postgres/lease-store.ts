import { type Invalidation, invalidationsRead, leaseOverAfter, type RenewalReply } from "../leases/lease";
import type {
  InstancesSnapshot,
  LeaseConnection,
  LeaseStore,
  NewInstance,
  OtherInstances,
  Renewal,
} from "../leases/lease-store";
import { BoundedClient, type ClientConfig, type Pool, type QueryConfig } from "./client";

/** How long to wait for an answer. */
const timeoutMs = 2000;
const prunedAtOnce = 10_000;

/** Leases in PostgreSQL: one row per instance, and the log of changes (docs/decisions/014). */
export class PostgresLeases implements LeaseStore {
  /** @param config For the connection that is dedicated to the lease. */
  constructor(
    private readonly pool: Pool,
    private readonly config: ClientConfig,
  ) {}

  async connect(changed: () => void, lost: () => void): Promise<LeaseConnection> {
    // The server must not cancel these statements. After our own timeout, the outcome is unknown.
    const client = new BoundedClient({
      ...this.config,
      statement_timeout: 0,
      query_timeout: timeoutMs,
      application_name: "keyward lease",
    });
    client.on("error", lost);
    const connection = new PostgresLeaseConnection(client);
    try {
      await client.connect();
      // Otherwise a crash of the database could undo an acknowledgment.
      await connection.ask("SET synchronous_commit = on");
      client.on("notification", changed);
      await connection.ask("LISTEN keyward_invalidation");
      return connection;
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  async readInstances(): Promise<InstancesSnapshot> {
    const { rows } = await this.pool.query<InstancesSnapshot>({
      text: instancesStatement,
      query_timeout: timeoutMs,
    } as QueryConfig);
    return rows[0] as InstancesSnapshot;
  }
}

class PostgresLeaseConnection implements LeaseConnection {
  /** When we first read each instance's current renewal number, on our monotonic clock. */
  private readonly firstSeen = new Map<string, { renewal: number; since: number }>();

  constructor(private readonly client: BoundedClient) {}

  async join({ id, leaseMs, staleMs, limits }: NewInstance): Promise<{ timeline: string }> {
    const { shares, store, redisReady } = limits;
    const [row] = await this.ask<{ timeline: string }>(joinStatement, [
      id,
      leaseMs,
      shares,
      staleMs,
      store,
      redisReady,
    ]);
    return row as { timeline: string };
  }

  async renew(renewal: Renewal): Promise<RenewalReply & OtherInstances> {
    const { id, number, applied, timeline, knownMs, limits, wakesOthers } = renewal;
    const { shares, store, redisReady } = limits;
    const [reply] = await this.ask<RenewalReply & { invalidations: Invalidation[] } & OtherInstances>(
      renewalStatement,
      [id, number, applied, timeline, shares, knownMs, store, redisReady, wakesOthers],
    );
    return reply as RenewalReply & OtherInstances;
  }

  async leave(id: string): Promise<void> {
    await this.ask("DELETE FROM decisions.instances WHERE id = $1", [id]);
  }

  async cleanUp(ownId: string): Promise<void> {
    const rows = await this.ask<{ id: string; renewal: number; leaseMs: number }>(
      `SELECT id, renewal, lease_ms AS "leaseMs" FROM decisions.instances`,
    );
    const now = performance.now();
    const present = new Set(rows.map(({ id }) => id));
    for (const id of this.firstSeen.keys()) if (!present.has(id)) this.firstSeen.delete(id);
    for (const { id, renewal, leaseMs } of rows) {
      const seen = this.firstSeen.get(id);
      // Count a row's age from when we first read it, because clocks of different machines can't be compared.
      if (seen?.renewal !== renewal) this.firstSeen.set(id, { renewal, since: now });
      else if (id !== ownId && now - seen.since >= leaseOverAfter(leaseMs))
        await this.ask("DELETE FROM decisions.instances WHERE id = $1 AND renewal = $2", [id, renewal]);
    }
    await this.ask(pruneStatement);
  }

  close(): void {
    this.client.removeAllListeners("notification");
    void this.client.end().catch(() => {});
  }

  async ask<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.client.query<Row>(text, values)).rows;
  }
}

const instancesStatement = `
  SELECT h.epoch, decisions.incarnation() AS timeline,
    coalesce((SELECT json_agg(json_build_object('id', id, 'timeline', incarnation, 'applied', applied, 'leaseMs', lease_ms, 'staleMs', stale_ms, 'knownMs', known_ms))
      FROM decisions.instances), '[]') AS instances
  FROM decisions.invalidation_head h`;

/** Stores the acknowledgment and reads newer changes in one snapshot, together with the database's clock. */
const renewalStatement = `
  WITH mine AS (
    UPDATE decisions.instances SET renewal = $2, applied = $3, shares_limits = $5, known_ms = $6, renewed_at = clock_timestamp(),
      limit_store = $7, redis_ready = $8
    WHERE id = $1 AND incarnation = decisions.incarnation() AND incarnation = $4
    RETURNING 1
  )
  SELECT EXISTS (SELECT FROM mine) AS held, others.*, decisions.incarnation() AS timeline, h.epoch, h.pruned_to AS "prunedTo",
    extract(epoch FROM clock_timestamp())::float8 * 1000 AS "databaseMs",
    coalesce((SELECT json_agg(i) FROM (
      SELECT epoch, scope, id FROM decisions.invalidations WHERE epoch > $3 ORDER BY epoch LIMIT ${invalidationsRead + 1}) i), '[]') AS invalidations,
    -- Other instances may be waiting for this one to agree on where to count rate limits.
    CASE WHEN $9 THEN pg_notify('keyward_invalidation', '') END
  FROM decisions.invalidation_head h, (
    SELECT coalesce(array_agg(id::text), '{}') AS ids, (count(*) FILTER (WHERE NOT shares_limits))::int AS alone,
      (count(*) FILTER (WHERE limit_store = 'redis'))::int AS "inRedis",
      (count(*) FILTER (WHERE limit_store = 'postgres'))::int AS "inPostgres",
      (count(*) FILTER (WHERE NOT redis_ready))::int AS "withoutRedis"
    FROM decisions.instances
    -- Same formula as leaseOverAfter: an instance not seen for longer must renew, and see this row, before it decides again.
    WHERE id <> $1 AND renewed_at > clock_timestamp() - (1.05 * lease_ms + 100) * interval '1 millisecond') others`;

/** Wakes the others: an instance that was alone has to share its limits before this one may allow anything. */
const joinStatement = `
  WITH joined AS (
    INSERT INTO decisions.instances (id, incarnation, lease_ms, shares_limits, stale_ms, limit_store, redis_ready)
    VALUES ($1, decisions.incarnation(), $2, $3, $4, $5, $6)
    RETURNING incarnation
  )
  SELECT incarnation AS timeline, pg_notify('keyward_invalidation', '') FROM joined`;

/** Removes changes that no instance needs any more. Bounded, because renewals queue behind it on the same connection. */
const pruneStatement = `
  WITH oldest AS (SELECT ctid, at FROM decisions.invalidations ORDER BY epoch LIMIT ${prunedAtOnce} FOR UPDATE SKIP LOCKED),
    old AS (DELETE FROM decisions.invalidations WHERE ctid IN (SELECT ctid FROM oldest WHERE at < now() - interval '1 hour') RETURNING epoch)
  UPDATE decisions.invalidation_head SET pruned_to = greatest(pruned_to, (SELECT max(epoch) FROM old))
  WHERE EXISTS (SELECT FROM old)`;
