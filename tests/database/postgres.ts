import path from "node:path";
import type { TestProject } from "vitest/node";
import { migrate } from "@/lib/server/migrate";
import { acquireEmbeddedPostgres } from "@/server/embedded-postgres/embedded-postgres";
import { receiverCa } from "../peers/event-receiver";
import { administer, withDatabase } from "./database-url";

declare module "vitest" {
  interface ProvidedContext {
    postgresUrl: string;
    /** The template database of this run: the schema without rows. */
    templateDatabase: string;
  }
}

const root = path.resolve(import.meta.dirname, "../..");

/** Once per run: starts a real PostgreSQL and creates the template from which the database of each test file is copied. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // Node.js reads it when a process starts, and the workers start after this.
  process.env.NODE_EXTRA_CA_CERTS = receiverCa;
  const given = process.env.TEST_DATABASE_URL;
  const embedded = given
    ? null
    : await acquireEmbeddedPostgres({ dataDir: path.join(root, ".data/test"), log: console.error });
  const url = given ?? (embedded as { url: string }).url;
  // A unique name, so that two runs on one server don't collide.
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
