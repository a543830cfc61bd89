import { randomBytes } from "node:crypto";
import pg from "pg";
import { inject } from "vitest";
import { clientConfig } from "@/lib/server/database";
import { withDatabase } from "./database-url";

export type TestDatabase = { url: string; drop(): Promise<void> };

/** A database of one's own, with the schema and no rows. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = inject("postgresUrl");
  const name = `keyward_test_${randomBytes(6).toString("hex")}`;
  await administer(server, `CREATE DATABASE ${name} TEMPLATE keyward_template`);
  return {
    url: withDatabase(server, name),
    drop: () => administer(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

/** Copies of one template wait for one another: PostgreSQL refuses a template that somebody is connected to, for a moment. */
async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client(clientConfig(url));
  await client.connect();
  try {
    await client.query("SELECT pg_advisory_lock(hashtext('keyward_template'))");
    await client.query(statement);
  } finally {
    await client.end();
  }
}
