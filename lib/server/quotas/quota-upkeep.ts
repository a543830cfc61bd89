import { runtime } from "../runtime";

/** Returns unused blocks of stopped processes, once the access log has all of their entries. */
export async function settleDeadHolders(): Promise<void> {
  await runtime().pool.query("SELECT quotas.settle_dead_holders()");
}

/** Deletes old usage, and usage records that can no longer be retried. */
export async function deleteOldUsage(): Promise<void> {
  const { pool } = runtime();
  await pool.query("DELETE FROM quotas.usages WHERE starts_at < clock_timestamp() - interval '400 days'");
  await pool.query("DELETE FROM quotas.records WHERE at < clock_timestamp() - interval '7 days'");
  await pool.query(
    "DELETE FROM quotas.drained d WHERE NOT EXISTS (SELECT FROM quotas.blocks b WHERE b.id = d.block)",
  );
}
