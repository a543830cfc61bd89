import type { ClientBase } from "@/lib/engine/postgres/client";
import { schemas } from "./database-tables";

/** The last number that each sequence gave out, by its name. */
export type Sequences = Record<string, number>;

/** How many numbers and epochs are skipped: more than the old database can have given out after the backup was taken. */
const skipped = 1_000_000;

export async function readSequences(client: ClientBase): Promise<Sequences> {
  const { rows } = await client.query<{ name: string; last: number }>(
    `SELECT schemaname || '.' || sequencename AS name, last_value AS last FROM pg_sequences
     WHERE schemaname = ANY ($1) AND last_value IS NOT NULL ORDER BY 1`,
    [schemas],
  );
  return Object.fromEntries(rows.map(({ name, last }) => [name, last]));
}

/**
 * For a database that is an earlier state of another one. Voids what instances remember of that one: every change that they know is
 * older than `pruned_to`, so they read everything again. Numbers that it gave out since, such as those of quota blocks in spools, are
 * not given out a second time.
 */
export async function voidMemory(client: ClientBase, sequences: Sequences): Promise<void> {
  await client.query(
    `UPDATE decisions.invalidation_head SET epoch = epoch + $1::bigint, pruned_to = epoch + $1::bigint`,
    [skipped],
  );
  for (const [name, last] of Object.entries(sequences))
    await client.query(
      "SELECT setval(to_regclass($1)::regclass, $2::bigint) WHERE to_regclass($1) IS NOT NULL",
      [name, last + skipped],
    );
  // Otherwise verification would take events that weren't sealed yet for events that were added by hand.
  await client.query("UPDATE chains.audit_pending SET added_at = clock_timestamp()");
}
