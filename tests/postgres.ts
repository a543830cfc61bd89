import path from "node:path";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { clientConfig } from "@/lib/server/database";
import { migrate } from "@/lib/server/migrate";
import { acquireEmbeddedPostgres } from "@/server/embedded-postgres";
import { withDatabase } from "./database-url";

declare module "vitest" {
  interface ProvidedContext {
    /** A server whose database `keyward_template` has the schema and no rows. */
    postgresUrl: string;
  }
}

const root = path.resolve(import.meta.dirname, "..");

/** Once for the whole run: a real PostgreSQL, and a template with the schema that each test file's database is copied from. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.TEST_DATABASE_URL;
  const embedded = given
    ? null
    : await acquireEmbeddedPostgres({ dataDir: path.join(root, ".data/test"), log: console.error });
  const url = given ?? (embedded as { url: string }).url;
  const template = withDatabase(url, "keyward_template");
  const client = new pg.Client(clientConfig(url));
  await client.connect();
  await client.query("DROP DATABASE IF EXISTS keyward_template WITH (FORCE)");
  await client.query("CREATE DATABASE keyward_template");
  await client.end();
  await migrate(template, path.join(root, "prisma/migrations"));
  project.provide("postgresUrl", url);
  return async () => embedded?.release();
}
