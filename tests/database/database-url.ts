import pg from "pg";
import { clientConfig } from "@/lib/server/database";
import { waitUntil } from "../wait-until";

/** The URL of another database on the same server. */
export function withDatabase(url: string, database: string): string {
  const copy = new URL(url);
  copy.pathname = `/${database}`;
  return copy.toString();
}

/**
 * Retries, because PostgreSQL refuses to copy a template while it has a connection, such as from another copy, and to drop a
 * database while autovacuum works on it, which this role may not cancel.
 */
export async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client(clientConfig(url));
  await client.connect();
  try {
    await client.query("SELECT pg_advisory_lock(hashtext('keyward_template'))");
    await waitUntil("PostgreSQL lets it be done", async () => {
      const error = await client.query(statement).then(
        () => null,
        (reason: pg.DatabaseError) => reason,
      );
      if (error && error.code !== insufficientPrivilege) throw error;
      return error === null;
    });
  } finally {
    await client.end();
  }
}

const insufficientPrivilege = "42501";
