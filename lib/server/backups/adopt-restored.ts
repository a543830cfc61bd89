import { AppError } from "@/lib/contracts/app-error";
import { inTransaction } from "@/lib/engine/postgres/in-transaction";
import { runtime } from "../runtime";
import { readSequences, voidMemory } from "./void-memory";

const timeoutMs = 60_000;

/**
 * Does for a database that was restored by other means, such as pg_restore or a snapshot, what `restoreDatabase` does for a backup: ends
 * sessions and links, and voids what instances remember.
 * @throws AppError `conflict` if an instance runs on it.
 */
export async function adoptRestored(): Promise<void> {
  await inTransaction(runtime().pool, timeoutMs, async (client) => {
    await client.query("SET LOCAL statement_timeout = 0");
    await client.query("LOCK TABLE decisions.instances IN ACCESS EXCLUSIVE MODE");
    const { rowCount } = await client.query(
      // Not their rows: those of the other database were restored, too.
      "SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'keyward lease'",
    );
    if (rowCount)
      throw new AppError("conflict", "An instance of Keyward runs on this database. Stop it first.");
    await client.query(
      `DELETE FROM decisions.instances; DELETE FROM sessions; DELETE FROM mailed_links; DELETE FROM passkey_challenges;
       DELETE FROM access_log.exports; DELETE FROM limits.grants`,
    );
    await voidMemory(client, await readSequences(client));
  });
}
