import { readdirSync } from "node:fs";
import type { Pool } from "@/lib/engine/postgres/client";
import { type Finding, note, ok, problem } from "./finding";

export type SchemaFacts = {
  /** Migrations of the database. Null if it has none. */
  applied: string[] | null;
  /** Migrations of this build. */
  known: string[];
};

/** @returns Also whether the database has all that this build needs, so that other checks can query it. */
export async function examineSchema(
  pool: Pool,
  migrationsFolder: string,
): Promise<{ findings: Finding[]; isComplete: boolean }> {
  const facts = await findSchemaFacts(pool, migrationsFolder);
  const applied = new Set(facts.applied);
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
  if (!tables[0]?.exists) return { applied: null, known };
  const { rows } = await pool.query<{ name: string }>(
    "SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL",
  );
  return { applied: rows.map(({ name }) => name), known };
}

export function judgeSchema({ applied, known }: SchemaFacts): Finding {
  const id = "database.schema";
  if (applied === null)
    return note(id, "The database is empty. The first start creates everything.", "Start the server.");
  const newest = known.at(-1) ?? "";
  const newer = applied.filter((name) => name > newest).sort();
  if (newer.length > 0)
    return problem(
      id,
      `A newer version of Keyward migrated the database (${newer.at(-1)}); this one doesn't start.`,
    );
  const missing = known.filter((name) => !applied.includes(name));
  if (missing.length === 0) return ok(id, "The database has the schema of this version.");
  const number = missing.length === 1 ? "1 migration is" : `${missing.length} migrations are`;
  return note(
    id,
    `${number} missing, from ${missing[0]} on. The next start applies them.`,
    "Start the server.",
  );
}
