import { randomBytes } from "node:crypto";
import { inject } from "vitest";
import { administer, withDatabase } from "./database-url";

export type TestDatabase = { url: string; drop(): Promise<void> };

/** Creates a database with the schema and no rows. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = inject("postgresUrl");
  const name = `keyward_test_${randomBytes(6).toString("hex")}`;
  await administer(server, `CREATE DATABASE ${name} TEMPLATE ${inject("templateDatabase")}`);
  return {
    url: withDatabase(server, name),
    drop: () => administer(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}
