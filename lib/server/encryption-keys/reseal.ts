import { runtime } from "../runtime";
import { openSealed, seal } from "../seal";
import { readSealed, type SealedRow } from "./read-sealed";
import { type SealedColumn, type SealedKind, sealedColumns, sealedKinds } from "./sealed-columns";

/** Updates at once. Each waits for the disk, and PostgreSQL writes what waits together. */
const atOnce = 4;

export type Resealed = Record<SealedKind, number>;

/**
 * Encrypts with the first of ENCRYPTION_KEYS what the others encrypt. It can be stopped at any moment, also by a crash, and started
 * again: it goes on with what is left. What no key decrypts stays as it is.
 *
 * Each row is a transaction of its own, so that nothing ever waits for two rows in another order than someone else does. A row that
 * was changed in the meantime keeps the change.
 * @param onProgress Called with the kind, how many of its values were looked at, and how many there were at the beginning.
 * @returns How many values were encrypted again.
 */
export async function reseal(
  onProgress: (kind: SealedKind, seen: number, total: number) => void,
): Promise<Resealed> {
  const resealed = {} as Resealed;
  for (const kind of sealedKinds) {
    const column: SealedColumn = sealedColumns[kind];
    resealed[kind] = 0;
    const total = await countRows(column);
    let seen = 0;
    for await (const rows of readSealed(column)) {
      resealed[kind] += await resealRows(column, rows);
      seen += rows.length;
      onProgress(kind, seen, total);
    }
  }
  return resealed;
}

async function countRows({ table, column }: SealedColumn): Promise<number> {
  const { rows } = await runtime().pool.query<{ total: number }>(
    `SELECT count(${column}) AS total FROM ${table}`,
  );
  return rows[0]?.total ?? 0;
}

async function resealRows(column: SealedColumn, rows: SealedRow[]): Promise<number> {
  const waiting = rows.values();
  let count = 0;
  const work = async () => {
    // All workers take from the same iterator.
    for (const row of waiting) if (await resealRow(column, row)) count += 1;
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, runtime().pool.options.max) }, work));
  return count;
}

async function resealRow(
  { table, column, primaryKey, keyType, contextOf }: SealedColumn,
  row: SealedRow,
): Promise<boolean> {
  const opened = openSealed(row.sealed, contextOf(row.key));
  if (opened === null || opened.keyIndex === 0) return false;
  const { rowCount } = await runtime().pool.query(
    `UPDATE ${table} SET ${column} = $3 WHERE ${primaryKey} = $1::${keyType} AND ${column} = $2`,
    [row.key, row.sealed, seal(opened.plain, contextOf(row.key))],
  );
  return rowCount === 1;
}
