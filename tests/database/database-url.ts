import pg from "pg";
import { clientConfig } from "@/lib/server/database";
import { waitUntil } from "../wait-until";

/** The same server, another database. */
export function withDatabase(url: string, database: string): string {
  const copy = new URL(url);
  copy.pathname = `/${database}`;
  return copy.toString();
}

/**
 * Copies of one template wait for one another: PostgreSQL refuses a template that somebody is connected to, for a moment. So it
 * does with a database that is being vacuumed by itself and is to be dropped, for that is not this role's to end.
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
