import type { PoolClient } from "@/lib/engine/postgres/client";
import { inTransaction } from "@/lib/engine/postgres/in-transaction";
import { runtime } from "../runtime";
import { AuditChain, type Head, sealedText } from "./audit-chain";

const batch = 1000;
const timeoutMs = 10_000;

type Pending = { id: string; chain: string; text: string; isSealed: boolean };

/** Seals new audit events in the chains of their workspaces. Of several instances, one at a time does. */
export async function sealAuditEvents(): Promise<void> {
  // An instance that can decrypt the key will do it.
  if (runtime().chainKeys === null) return;
  while (await sealBatch());
}

/** @returns Whether there may be more. */
async function sealBatch(): Promise<boolean> {
  const { pool } = runtime();
  const { rowCount } = await pool.query("SELECT FROM chains.audit_pending LIMIT 1");
  if (rowCount === 0) return false;
  let isFull = false;
  await inTransaction(pool, timeoutMs, async (client) => {
    const { rows } = await client.query<{ locked: boolean }>(
      "SELECT pg_try_advisory_xact_lock(hashtext('chains.audit')) AS locked",
    );
    if (!rows[0]?.locked) return;
    const pending = await readPending(client);
    isFull = pending.length === batch;
    await append(
      client,
      pending.filter(({ isSealed }) => !isSealed),
    );
    await client.query("DELETE FROM chains.audit_pending WHERE event_id = ANY ($1)", [
      pending.map(({ id }) => id),
    ]);
  });
  return isFull;
}

/** An event that is gone stays pending, so that verification finds it. */
async function readPending(client: PoolClient): Promise<Pending[]> {
  const { rows } = await client.query<Pending>(
    `SELECT e.id, coalesce(e.workspace_id, '') AS chain, ${sealedText} AS text, s.event_id IS NOT NULL AS "isSealed"
     FROM chains.audit_pending p JOIN audit_events e ON e.id = p.event_id LEFT JOIN chains.audit_seals s ON s.event_id = p.event_id
     ORDER BY p.event_id LIMIT ${batch}`,
  );
  return rows;
}

async function append(client: PoolClient, events: Pending[]): Promise<void> {
  const chains = new Map<string, AuditChain>();
  const names = [...new Set(events.map(({ chain }) => chain))];
  const { rows } = await client.query<Head & { chain: string }>(
    `SELECT head.* FROM unnest($1::text[]) AS named (chain), LATERAL (
       SELECT s.chain, s.seq, s.mac FROM chains.audit_seals s WHERE s.chain = named.chain ORDER BY s.seq DESC LIMIT 1) AS head`,
    [names],
  );
  const heads = new Map(rows.map(({ chain, ...head }) => [chain, head]));
  for (const name of names) chains.set(name, new AuditChain(name, heads.get(name)));
  const seals = events.map(({ chain, text }) => (chains.get(chain) as AuditChain).next(text));
  await client.query(
    `INSERT INTO chains.audit_seals (chain, seq, event_id, mac)
     SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::bytea[])`,
    [
      events.map(({ chain }) => chain),
      seals.map(({ seq }) => seq),
      events.map(({ id }) => id),
      seals.map(({ mac }) => mac),
    ],
  );
}
