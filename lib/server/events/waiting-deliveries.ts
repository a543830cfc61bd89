import { runtime } from "../runtime";

const batch = 5_000;

/**
 * Prepares what waits for a paused subscription for its resumption: it becomes due, or is skipped. In small steps and without a
 * transaction around them, so that no lock is held for long. While the subscription is paused nothing of it is sent, so an
 * interrupted preparation can simply be repeated.
 * @returns How many waited.
 */
export async function settleMissed(subscriptionId: string, send: boolean): Promise<number> {
  const { rows } = await runtime().pool.query<{ count: number }>(
    "SELECT count(*)::int AS count FROM events.deliveries WHERE subscription_id = $1 AND status = 'pending'",
    [subscriptionId],
  );
  const [change, unsettled] = send
    ? ["next_attempt_at = clock_timestamp(), first_attempt_at = NULL", "AND first_attempt_at IS NOT NULL"]
    : ["status = 'skipped'", ""];
  await inBatches(
    `UPDATE events.deliveries SET ${change} WHERE status = 'pending' AND id = ANY (ARRAY(
       SELECT id FROM events.deliveries WHERE subscription_id = $1 AND status = 'pending' ${unsettled}
       ORDER BY id LIMIT ${batch}))`,
    [subscriptionId],
  );
  return (rows[0] as { count: number }).count;
}

/** Deletes what is left of a subscription that is gone. */
export async function deleteDeliveriesOf(subscriptionId: string): Promise<void> {
  await inBatches(
    `DELETE FROM events.deliveries WHERE id = ANY (ARRAY(
       SELECT id FROM events.deliveries WHERE subscription_id = $1 ORDER BY id LIMIT ${batch}))`,
    [subscriptionId],
  );
  await runtime().pool.query("DELETE FROM events.hourly_attempts WHERE subscription_id = $1", [
    subscriptionId,
  ]);
}

/** Deletes what is left of subscriptions and workspaces that are gone. */
export async function deleteOrphans(): Promise<void> {
  for (const id of await findOrphans("events.deliveries", "subscription_id", "event_subscriptions"))
    await deleteDeliveriesOf(id);
  for (const id of await findOrphans("events.events", "workspace_id", "workspaces")) {
    await inBatches(
      `DELETE FROM events.events WHERE id = ANY (ARRAY(
         SELECT id FROM events.events WHERE workspace_id = $1 ORDER BY id LIMIT ${batch}))`,
      [id],
    );
    await runtime().pool.query("DELETE FROM events.idempotency WHERE workspace_id = $1", [id]);
  }
}

/** The owners of rows that aren't there any more. Finds each owner by one probe of the index. */
async function findOrphans(
  table: "events.deliveries" | "events.events",
  column: "subscription_id" | "workspace_id",
  owners: "event_subscriptions" | "workspaces",
): Promise<string[]> {
  const { rows } = await runtime().pool.query<{ id: string }>(`
    WITH RECURSIVE found(id) AS (
      (SELECT ${column} FROM ${table} ORDER BY ${column} LIMIT 1)
      UNION ALL
      SELECT (SELECT ${column} FROM ${table} WHERE ${column} > f.id ORDER BY ${column} LIMIT 1)
      FROM found f WHERE f.id IS NOT NULL
    )
    SELECT id FROM found WHERE id IS NOT NULL AND NOT EXISTS (SELECT FROM ${owners} o WHERE o.id = found.id)`);
  return rows.map(({ id }) => id);
}

/** Repeats a statement that changes at most `batch` rows until there is nothing more to change. */
export async function inBatches(statement: string, values: unknown[]): Promise<void> {
  let changed: number | null;
  do changed = (await runtime().pool.query(statement, values)).rowCount;
  while (changed !== null && changed > 0);
}
