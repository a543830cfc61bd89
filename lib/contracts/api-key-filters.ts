import { keyStatuses } from "./api-keys";

/** Which keys a list shows. Revoked ones only if asked for. */
export const keyStatusFilters = ["not_revoked", "expiring", ...keyStatuses, "all"] as const;
export type KeyStatusFilter = (typeof keyStatusFilters)[number];

/** Why a key that works gives reason to act. */
export const keyConcerns = [
  "never_expires",
  "unused",
  "excess_rights",
  "owner_inactive",
  "off_policy",
] as const;
export type KeyConcern = (typeof keyConcerns)[number];
export type KeyConcernCounts = Record<KeyConcern, number>;

/** The ids of the table's columns, and `created`. */
export const keySortColumns = [
  "created",
  "name",
  "key",
  "owner",
  "permission",
  "last-used",
  "expires",
  "status",
] as const;
export type KeySortColumn = (typeof keySortColumns)[number];
export type KeySort = { column: KeySortColumn; descending: boolean };

/** A column, after `-` in descending order. */
export const keySorts = keySortColumns.flatMap((column) => [column, `-${column}`] as const);
