type Row = { id: string };

/**
 * The rows to show while someone reads the list: those that were there when they began, as they are now, then older ones that were
 * loaded since. Ids sort by time.
 * @returns `fresh` counts the rows that wait to be shown.
 */
export function holdRows<One extends Row>(
  held: readonly One[],
  rows: readonly One[],
): { rows: One[]; fresh: number } {
  const [newest, oldest] = [held[0]?.id, held.at(-1)?.id];
  if (newest === undefined || oldest === undefined) return { rows: [...rows], fresh: 0 };
  const current = new Map(rows.map((row) => [row.id, row]));
  return {
    rows: [...held.map((row) => current.get(row.id) ?? row), ...rows.filter(({ id }) => id < oldest)],
    fresh: rows.filter(({ id }) => id > newest).length,
  };
}
