import { z } from "zod";
import { type KeySortColumn, keyConcerns, keySorts, keyStatusFilters } from "./api-key-filters";
import { filterText } from "./query-values";

const filters = {
  status: z.enum(keyStatusFilters).default("not_revoked"),
  owner: filterText(64).optional(),
  search: filterText(100).optional(),
  concern: z.enum(keyConcerns).optional(),
};

/** Which keys a list, an export, or a selection contains. */
export const keyListFilters = z.strictObject(filters);
export type KeyListFilters = z.infer<typeof keyListFilters>;

/** Where a page ends: the value that it's sorted by, and the id. */
export type KeyPosition = { value: string; id: string };

export const listApiKeysQuery = z
  .strictObject({
    ...filters,
    sort: z.enum(keySorts).default("-created"),
    cursor: z.string().max(1000).optional(),
    limit: z.coerce.number().int().min(1).max(100).default(50),
  })
  .transform(({ sort, cursor, limit, ...filters }, context) => {
    const descending = sort.startsWith("-");
    const column = (descending ? sort.slice(1) : sort) as KeySortColumn;
    const after = cursor === undefined ? null : readKeyCursor(cursor, column);
    if (after === "invalid")
      context.addIssue({ code: "custom", path: ["cursor"], message: "This cursor isn't valid." });
    return { filters, sort: { column, descending }, after: after === "invalid" ? null : after, limit };
  });
export type ListApiKeysQuery = z.infer<typeof listApiKeysQuery>;

const numberColumns: readonly KeySortColumn[] = ["permission", "last-used", "expires", "status"];

export function keyCursor({ id, value }: KeyPosition): string {
  return `${id}.${value}`;
}

/** A forged cursor must not reach PostgreSQL as something that it can't compare (S47). */
function readKeyCursor(cursor: string, column: KeySortColumn): KeyPosition | "invalid" {
  const [, id, value] = /^(key_[0-9a-hjkmnp-tv-z]{26})\.(\P{C}*)$/u.exec(cursor) ?? [];
  if (id === undefined || value === undefined) return "invalid";
  if (numberColumns.includes(column) && !/^-?\d{1,18}$/.test(value)) return "invalid";
  return { id, value };
}
