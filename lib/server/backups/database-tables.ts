import type { ClientBase } from "@/lib/engine/postgres/client";

export type DatabaseTable = {
  /** Such as `access_log.entries`. */
  name: string;
  isPartitioned: boolean;
  columns: string[];
  /** The other tables that its foreign keys refer to. */
  references: string[];
  hasTriggers: boolean;
};

/** The schemas of the migrations. */
export const schemas = [
  "public",
  "access_log",
  "chains",
  "decisions",
  "events",
  "leaks",
  "limits",
  "mail",
  "quotas",
  "secrets",
];

/** What only running instances need, or what is over within minutes. No backup has it. */
const transient = new Set([
  "access_log.exports",
  "decisions.instances",
  "decisions.invalidations",
  "limits.grants",
  "public.email_codes",
  "public.passkey_challenges",
  "secrets.instance_keys",
]);

/** Tables that have a row as soon as they are created. */
const filledByMigrations = new Set([
  "access_log.callers_counted_since",
  "access_log.sealed_since",
  "decisions.invalidation_head",
  "decisions.permission_catalog",
]);

/** Keyward's tables, those first that others refer to. Partitions are part of their table. Other programs' tables are left out. */
export async function listTables(client: ClientBase): Promise<DatabaseTable[]> {
  const { rows } = await client.query<DatabaseTable>(
    `SELECT n.nspname || '.' || c.relname AS name, c.relkind = 'p' AS "isPartitioned",
       ARRAY(SELECT a.attname::text FROM pg_attribute a
         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attnum) AS columns,
       ARRAY(SELECT DISTINCT other.nspname || '.' || r.relname FROM pg_constraint f
         JOIN pg_class r ON r.oid = f.confrelid JOIN pg_namespace other ON other.oid = r.relnamespace
         WHERE f.conrelid = c.oid AND f.contype = 'f' AND f.confrelid <> c.oid) AS "references",
       EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal) AS "hasTriggers"
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = ANY ($1) AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> '_prisma_migrations'
       AND c.relowner = (SELECT m.relowner FROM pg_class m WHERE m.oid = to_regclass('public._prisma_migrations'))
       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
     ORDER BY 1`,
    [schemas],
  );
  return inLoadingOrder(rows);
}

export function isBackedUp({ name }: DatabaseTable): boolean {
  return !transient.has(name);
}

export function isFilledByMigrations({ name }: DatabaseTable): boolean {
  return filledByMigrations.has(name);
}

/** The table's name in SQL. */
export function sqlName({ name }: Pick<DatabaseTable, "name">): string {
  return name.split(".").map(quoted).join(".");
}

export function quoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}

export async function appliedMigrations(client: ClientBase): Promise<string[]> {
  const { rows: found } = await client.query<{ exists: boolean }>(
    "SELECT to_regclass('public._prisma_migrations') IS NOT NULL AS exists",
  );
  if (!found[0]?.exists) return [];
  const { rows } = await client.query<{ name: string }>(
    `SELECT migration_name AS name FROM public._prisma_migrations
     WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

/** @throws Error if foreign keys form a circle: then no order is right. */
function inLoadingOrder(tables: DatabaseTable[]): DatabaseTable[] {
  const ordered: DatabaseTable[] = [];
  const placed = new Set<string>();
  const names = new Set(tables.map(({ name }) => name));
  for (let left = tables; left.length > 0; ) {
    const free = left.filter(({ references }) =>
      references.every((name) => placed.has(name) || !names.has(name)),
    );
    if (free.length === 0)
      throw new Error(`Foreign keys form a circle: ${left.map(({ name }) => name).join(", ")}.`);
    ordered.push(...free);
    for (const { name } of free) placed.add(name);
    left = left.filter(({ name }) => !placed.has(name));
  }
  return ordered;
}
