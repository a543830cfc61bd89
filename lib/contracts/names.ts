import { z } from "zod";
import { holdsForeignSecret } from "./secret-shape";

/** Control, bidirectional, zero-width and other invisible format characters: they make one name look like another (S56). */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/** A name people give to a thing: trimmed, 1 to `max` characters, nothing invisible. It need not be unique. */
export function displayName(max = 100) {
  return z
    .string({ error: "Enter a name." })
    .trim()
    .min(1, "Enter a name.")
    .refine((value) => [...value].length <= max, `Use at most ${max} characters.`)
    .refine((value) => !invisible.test(value), "Remove the invisible characters.")
    .refine(
      (value) => !holdsForeignSecret(value),
      "This looks like an API key. Use a value that is not a secret.",
    );
}

export const emailAddress = z
  .string({ error: "Enter an email address." })
  .trim()
  // Before it is folded: in lower case the Kelvin sign is an ASCII k.
  .regex(/^\p{ASCII}*$/u, "This is not an email address.")
  .toLowerCase()
  .min(1, "Enter an email address.")
  .max(254, "An email address has at most 254 characters.")
  // One strict address: no quotes, no list, no display name, ASCII only (S06).
  .regex(
    /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
    "This is not an email address.",
  );
