import { runtime } from "../runtime";

/** Takes back what processes that are gone held and did not use, once the access log has all of theirs. */
export async function settleDeadHolders(): Promise<void> {
  await runtime().pool.query("SELECT quotas.settle_dead_holders()");
}

/** Usage of long ago, and reports whose repeats nobody has to recognise any more. */
export async function deleteOldUsage(): Promise<void> {
  const { pool } = runtime();
  await pool.query("DELETE FROM quotas.usages WHERE starts_at < clock_timestamp() - interval '400 days'");
  await pool.query("DELETE FROM quotas.records WHERE at < clock_timestamp() - interval '7 days'");
  await pool.query(
    "DELETE FROM quotas.drained d WHERE NOT EXISTS (SELECT FROM quotas.blocks b WHERE b.id = d.block)",
  );
}
