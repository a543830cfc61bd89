import pg from "pg";
import { clientConfig } from "@/lib/server/database";

/** The same server, another database. */
export function withDatabase(url: string, database: string): string {
  const copy = new URL(url);
  copy.pathname = `/${database}`;
  return copy.toString();
}

/** Copies of one template wait for one another: PostgreSQL refuses a template that somebody is connected to, for a moment. */
export async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client(clientConfig(url));
  await client.connect();
  try {
    await client.query("SELECT pg_advisory_lock(hashtext('keyward_template'))");
    await client.query(statement);
  } finally {
    await client.end();
  }
}
