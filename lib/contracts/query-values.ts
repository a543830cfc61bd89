import { z } from "zod";
import { exportFormats } from "./export-format";

/** Shapes of list query values: text that PostgreSQL can store, and times that it can represent. */

/**
 * An id to filter by. An unknown id matches nothing; control characters such as NUL are rejected because PostgreSQL
 * can't store them.
 */
export const filterText = (max: number) =>
  z
    .string()
    .max(max, `Use at most ${max} characters.`)
    .regex(/^\P{Cc}*$/u, "Remove the invisible characters.");

/** A cursor of a list that is sorted by id: the last id of the previous page. Other values are rejected (S47). */
export const idCursor = (prefix: "key" | "aud" | "ws" | "dlv" | "evt") =>
  z.string().regex(new RegExp(`^${prefix}_[0-9a-hjkmnp-tv-z]{26}$`), "This cursor isn't valid.");

/** RFC 3339, converted to UTC. Times before 1970 are rejected: nothing is stored for them, and PostgreSQL has no year 0. */
export const time = z.iso
  .datetime({ offset: true, error: "Enter a date and time (RFC 3339)." })
  .refine((value) => Date.parse(value) >= 0, "Enter a date after 1970.")
  .transform((value) => new Date(value).toISOString());

export const exportFormat = z.enum(exportFormats, { error: "Choose csv or ndjson." });
