import type { BoundedClient } from "@/lib/engine/postgres/client";

/**
 * Users and the guardian of the server are registered in the server itself, as advisory locks of connections to its database
 * `postgres`. A lock ends with its connection, even when the process is killed.
 */
const lockClass = 0x6b_77; // "kw"
const usersLock = 1;
const guardianLock = 2;

/** @returns False while the server is being stopped. The caller then waits and restarts it. */
export function becomeUser(client: BoundedClient): Promise<boolean> {
  return ask(client, `pg_try_advisory_lock_shared(${lockClass}, ${usersLock})`);
}

/** @returns True when no user is left. Then no process can become a user any more, and the caller must stop the server. */
export async function leaveAsLastUser(client: BoundedClient): Promise<boolean> {
  await ask(client, `pg_advisory_unlock_shared(${lockClass}, ${usersLock})`);
  return await closeToUsers(client);
}

/** @returns True when there was no user. Then no process can become a user any more, and the caller must stop the server. */
export function closeToUsers(client: BoundedClient): Promise<boolean> {
  return ask(client, `pg_try_advisory_lock(${lockClass}, ${usersLock})`);
}

export async function countUsers(client: BoundedClient): Promise<number> {
  const { rowCount } = await client.query(`${lockHolders} AND objid = ${usersLock}`);
  return rowCount ?? 0;
}

/** @returns False when the server already has a guardian. */
export function becomeGuardian(client: BoundedClient): Promise<boolean> {
  return ask(client, `pg_try_advisory_lock(${lockClass}, ${guardianLock})`);
}

/** The process id of the guardian, which is the last word of its application name. */
export async function findGuardian(client: BoundedClient): Promise<number | null> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT application_name AS name FROM pg_stat_activity WHERE pid IN (${lockHolders} AND objid = ${guardianLock})`,
  );
  return Number(rows[0]?.name.split(" ").at(-1)) || null;
}

const lockHolders = `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = ${lockClass}
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

async function ask(client: BoundedClient, expression: string): Promise<boolean> {
  const { rows } = await client.query<{ answer: boolean }>(`SELECT ${expression} AS answer`);
  return rows[0]?.answer === true;
}
