import { runtime } from "../runtime";
import { openSealed } from "../seal";
import { readSealed } from "./read-sealed";
import { type SealedColumn, type SealedKind, sealedColumns, sealedKinds } from "./sealed-columns";

export type SealedCount = {
  /** How many values each of ENCRYPTION_KEYS decrypts, in their order. */
  byKey: number[];
  /** How many none of them does. */
  unreadable: number;
};
export type SealedCounts = Record<SealedKind, SealedCount>;

/** Tries ENCRYPTION_KEYS on every value. Changes nothing. */
export async function countSealed(): Promise<SealedCounts> {
  const counts = {} as SealedCounts;
  for (const kind of sealedKinds) counts[kind] = await countOf(sealedColumns[kind]);
  return counts;
}

async function countOf(column: SealedColumn): Promise<SealedCount> {
  const count: SealedCount = { byKey: runtime().encryptionKeys.map(() => 0), unreadable: 0 };
  for await (const rows of readSealed(column))
    for (const { key, sealed } of rows) {
      const index = openSealed(sealed, column.contextOf(key))?.keyIndex;
      if (index === undefined) count.unreadable += 1;
      else count.byKey[index] = (count.byKey[index] ?? 0) + 1;
    }
  return count;
}

/** How many values the earlier keys decrypt: all but the first. */
export function underEarlierKeys({ byKey }: SealedCount): number {
  return byKey.slice(1).reduce((sum, number) => sum + number, 0);
}
