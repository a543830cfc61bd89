import { inTransaction } from "@/lib/engine/postgres/in-transaction";
import { runtime } from "../runtime";

const timeoutMs = 10 * 60_000;

/**
 * Removes keys of chains that can't be decrypted, with the seals made by them. All audit events are sealed again, as they are now;
 * entries of the access log up to now stay without seals.
 */
export async function discardSeals(): Promise<void> {
  await inTransaction(runtime().pool, timeoutMs, async (client) => {
    await client.query("SET LOCAL statement_timeout = '10min'");
    await client.query("TRUNCATE chains.keys, chains.audit_seals, chains.audit_pending, access_log.seals");
    await client.query("UPDATE access_log.sealed_since SET at = clock_timestamp()");
    await client.query("INSERT INTO chains.audit_pending (event_id) SELECT id FROM audit_events");
  });
}
