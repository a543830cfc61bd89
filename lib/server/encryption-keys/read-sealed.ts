import { runtime } from "../runtime";
import type { SealedColumn } from "./sealed-columns";

const pageSize = 500;

export type SealedRow = { key: string; sealed: Buffer };

/** All values of a column in the order of the primary key, a page at a time. Rows that are added in the meantime may be missed. */
export async function* readSealed({
  table,
  column,
  primaryKey,
  keyType,
  beforeAll,
}: SealedColumn): AsyncGenerator<SealedRow[]> {
  for (let after = beforeAll; ; ) {
    const { rows } = await runtime().pool.query<SealedRow>(
      `SELECT t.${primaryKey}::text AS key, t.${column} AS sealed FROM ${table} t
       WHERE t.${primaryKey} > $1::${keyType} AND t.${column} IS NOT NULL ORDER BY t.${primaryKey} LIMIT ${pageSize}`,
      [after],
    );
    if (rows.length > 0) yield rows;
    if (rows.length < pageSize) return;
    after = rows.at(-1)?.key ?? after;
  }
}
