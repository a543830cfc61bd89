import { readdirSync } from "node:fs";
import type { Pool } from "@/lib/engine/postgres/client";
import { type AppliedMigration, requireCompatible } from "../migration-marks";
import { releaseVersion } from "../version";
import { type Finding, note, ok, problem, reasonOf } from "./finding";

export type SchemaFacts = {
  /** Migrations of the database. Null if it has none. */
  applied: AppliedMigration[] | null;
  /** Migrations of this build, and its release. */
  known: string[];
  release: string;
};

/** @returns Also whether the database has all that this build needs, so that other checks can query it. */
export async function examineSchema(
  pool: Pool,
  migrationsFolder: string,
): Promise<{ findings: Finding[]; isComplete: boolean }> {
  const facts = await findSchemaFacts(pool, migrationsFolder);
  const applied = new Set(facts.applied?.map((migration) => migration.migration_name));
  return { findings: [judgeSchema(facts)], isComplete: facts.known.every((name) => applied.has(name)) };
}

async function findSchemaFacts(pool: Pool, folder: string): Promise<SchemaFacts> {
  const known = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
  const { rows: tables } = await pool.query<{ exists: boolean }>(
    "SELECT to_regclass('_prisma_migrations') IS NOT NULL AS exists",
  );
  if (!tables[0]?.exists) return { applied: null, known, release: releaseVersion };
  // Earlier releases made the table without the column.
  const { rows } = await pool.query<AppliedMigration>(
    `SELECT migration_name, to_jsonb(m) ->> 'compatible_since' AS compatible_since FROM _prisma_migrations m
     WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`,
  );
  return { applied: rows, known, release: releaseVersion };
}

export function judgeSchema({ applied, known, release }: SchemaFacts): Finding {
  const id = "database.schema";
  if (applied === null) return note(id, "The database is empty.", "Start the server: it creates everything.");
  let newer: string[];
  try {
    newer = requireCompatible(applied, known, release);
  } catch (error) {
    return problem(id, `The server doesn't start with this database: ${reasonOf(error)}.`);
  }
  const names = new Set(applied.map((migration) => migration.migration_name));
  const missing = known.filter((name) => !names.has(name));
  if (missing.length > 0) {
    const number = missing.length === 1 ? "1 migration is" : `${missing.length} migrations are`;
    return note(id, `${number} missing, from ${missing[0]} on.`, "Start the server: it applies them.");
  }
  if (newer.length > 0)
    return note(
      id,
      `A newer version migrated the database (${newer.at(-1)}). Version ${release} works with it, too.`,
      "Finish the upgrade when you are ready (docs/upgrading.md).",
    );
  return ok(id, "The database has the schema of this version.");
}
