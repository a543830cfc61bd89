import { z } from "zod";

/** What may stand in a query of a list: text that PostgreSQL can hold, and times that it knows. */

/** An id to filter by. What is no id of ours finds nothing, but NUL and the like are refused: no database can look for them. */
export const filterText = (max: number) =>
  z
    .string()
    .max(max, `Use at most ${max} characters.`)
    .regex(/^\P{Cc}*$/u, "Remove the invisible characters.");

/** A cursor of a list that goes by id: the id of the last thing seen. Anything else was not given by us (S47). */
export const idCursor = (prefix: "key" | "aud") =>
  z
    .string()
    .regex(new RegExp(`^${prefix}_[0-9a-hjkmnp-tv-z]{26}$`), "This is not a cursor that was given here.");

/** RFC 3339, as the same moment in UTC. Before 1970 there is nothing to find, and PostgreSQL has no year 0. */
export const time = z.iso
  .datetime({ offset: true, error: "Enter a date and time (RFC 3339)." })
  .refine((value) => Date.parse(value) >= 0, "Enter a date after 1970.")
  .transform((value) => new Date(value).toISOString());
