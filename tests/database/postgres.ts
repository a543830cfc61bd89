import path from "node:path";
import type { TestProject } from "vitest/node";
import { migrate } from "@/lib/server/migrate";
import { acquireEmbeddedPostgres } from "@/server/embedded-postgres/embedded-postgres";
import { administer, withDatabase } from "./database-url";

declare module "vitest" {
  interface ProvidedContext {
    postgresUrl: string;
    /** The database of this run that has the schema and no rows. */
    templateDatabase: string;
  }
}

const root = path.resolve(import.meta.dirname, "../..");

/** Once for the whole run: a real PostgreSQL, and a template with the schema that each test file's database is copied from. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.TEST_DATABASE_URL;
  const embedded = given
    ? null
    : await acquireEmbeddedPostgres({ dataDir: path.join(root, ".data/test"), log: console.error });
  const url = given ?? (embedded as { url: string }).url;
  // A name of its own: two runs at once on one server must not take each other's.
  const template = `keyward_template_${process.pid}_${project.name || "all"}`;
  await administer(url, `DROP DATABASE IF EXISTS ${template} WITH (FORCE)`);
  await administer(url, `CREATE DATABASE ${template}`);
  await migrate(withDatabase(url, template), path.join(root, "prisma/migrations"));
  project.provide("postgresUrl", url);
  project.provide("templateDatabase", template);
  return async () => {
    await administer(url, `DROP DATABASE IF EXISTS ${template} WITH (FORCE)`);
    await embedded?.release();
  };
}
