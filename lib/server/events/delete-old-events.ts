import { firstId } from "../new-id";
import { runtime } from "../runtime";

const batch = 5_000;

/** Deletes events and deliveries that are older than EVENT_RETENTION_DAYS, in small steps. Ids sort by time. */
export async function deleteOldEvents(): Promise<void> {
  const { env } = runtime();
  const before = new Date(Date.now() - env.eventRetentionDays * 86_400_000).toISOString();
  await deleteBelow("events.deliveries", firstId("dlv", before));
  await deleteBelow("events.events", firstId("evt", before));
  await runtime().pool.query("DELETE FROM events.idempotency WHERE created_at < $1", [before]);
  await runtime().pool.query("DELETE FROM events.hourly_attempts WHERE hour < $1", [before]);
}

async function deleteBelow(table: "events.deliveries" | "events.events", id: string): Promise<void> {
  let deleted: number | null;
  do {
    const result = await runtime().pool.query(
      `DELETE FROM ${table} WHERE id = ANY (ARRAY(SELECT id FROM ${table} WHERE id < $1 ORDER BY id LIMIT ${batch}))`,
      [id],
    );
    deleted = result.rowCount;
  } while (deleted === batch);
}
