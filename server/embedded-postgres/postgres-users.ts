import type { BoundedClient } from "@/lib/engine/postgres/client";

/**
 * Who uses the server and who guards it is kept by the server itself, as advisory locks of the connections to its
 * database `postgres`: a lock ends with its connection, also when the process at the other end is killed.
 */
const LOCKS = 0x6b_77; // "kw"
const USERS = 1;
const GUARDIAN = 2;

/** False while the server is being stopped: the caller then waits and starts it anew. */
export function becomeUser(client: BoundedClient): Promise<boolean> {
  return ask(client, `pg_try_advisory_lock_shared(${LOCKS}, ${USERS})`);
}

/** True when no other user is left; nobody can become one from here on, and the caller must stop the server. */
export async function leaveAsLastUser(client: BoundedClient): Promise<boolean> {
  await ask(client, `pg_advisory_unlock_shared(${LOCKS}, ${USERS})`);
  return await closeToUsers(client);
}

/** True when there was no user; nobody can become one from here on, and the caller must stop the server. */
export function closeToUsers(client: BoundedClient): Promise<boolean> {
  return ask(client, `pg_try_advisory_lock(${LOCKS}, ${USERS})`);
}

export async function countUsers(client: BoundedClient): Promise<number> {
  const { rowCount } = await client.query(`${HOLDERS} AND objid = ${USERS}`);
  return rowCount ?? 0;
}

/** False when the server has a guardian already. */
export function becomeGuardian(client: BoundedClient): Promise<boolean> {
  return ask(client, `pg_try_advisory_lock(${LOCKS}, ${GUARDIAN})`);
}

/** The process id of the guardian, which its connection carries as the last word of its name. */
export async function findGuardian(client: BoundedClient): Promise<number | null> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT application_name AS name FROM pg_stat_activity WHERE pid IN (${HOLDERS} AND objid = ${GUARDIAN})`,
  );
  return Number(rows[0]?.name.split(" ").at(-1)) || null;
}

const HOLDERS = `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = ${LOCKS}
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

async function ask(client: BoundedClient, expression: string): Promise<boolean> {
  const { rows } = await client.query<{ answer: boolean }>(`SELECT ${expression} AS answer`);
  return rows[0]?.answer === true;
}
