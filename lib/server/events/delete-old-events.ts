import { firstId } from "../new-id";
import { runtime } from "../runtime";
import { deleteOrphans, inBatches } from "./waiting-deliveries";

const batch = 5_000;

/**
 * Deletes what is older than EVENT_RETENTION_DAYS, and what belongs to subscriptions and workspaces that are gone, in small steps. Ids
 * sort by time, and the database's clock made them.
 */
export async function deleteOldEvents(): Promise<void> {
  const { env, pool } = runtime();
  const { rows } = await pool.query<{ before: Date }>(
    "SELECT clock_timestamp() - make_interval(days => $1) AS before",
    [env.eventRetentionDays],
  );
  const before = (rows[0] as { before: Date }).before.toISOString();
  for (const [table, first] of [
    ["events.deliveries", firstId("dlv", before)],
    ["events.events", firstId("evt", before)],
  ])
    await inBatches(
      `DELETE FROM ${table} WHERE id = ANY (ARRAY(SELECT id FROM ${table} WHERE id < $1 ORDER BY id LIMIT ${batch}))`,
      [first],
    );
  for (const [table, time] of [
    ["events.idempotency", "created_at"],
    ["events.hourly_attempts", "hour"],
  ])
    await inBatches(
      `DELETE FROM ${table} WHERE ctid = ANY (ARRAY(SELECT ctid FROM ${table} WHERE ${time} < $1 LIMIT ${batch}))`,
      [before],
    );
  await deleteOrphans();
}
