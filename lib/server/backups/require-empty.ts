import { AppError } from "@/lib/contracts/app-error";
import type { ClientBase } from "@/lib/engine/postgres/client";
import { type DatabaseTable, isFilledByMigrations, sqlName } from "./database-tables";

/** @throws AppError `conflict` if a table has a row that migrations didn't put there. */
export async function requireEmpty(client: ClientBase, tables: DatabaseTable[]): Promise<void> {
  const asked = tables.filter((table) => !isFilledByMigrations(table));
  if (asked.length === 0) return;
  const { rows } = await client.query<{ name: string }>(
    asked
      .map((table) => `SELECT '${table.name}' AS name WHERE EXISTS (SELECT FROM ${sqlName(table)})`)
      .join(" UNION ALL "),
  );
  const [first, ...others] = rows;
  if (!first) return;
  const more = others.length > 0 ? ` and ${others.length} more of its tables` : "";
  throw new AppError(
    "conflict",
    `This database is in use: ${first.name}${more} have rows. Restore into an empty one: set DATA_DIR to a new folder, or DATABASE_URL to a new database.`,
  );
}
