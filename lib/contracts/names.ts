import { z } from "zod";
import { holdsForeignSecret } from "./secret-shape";
import { foldSpaces, problemOfName } from "./visible-name";

/** A display name: whitespace collapsed, 1 to `max` characters, none of them invisible. Not unique. */
export function displayName(max = 100) {
  return z
    .string({ error: "Enter a name." })
    .transform(foldSpaces)
    .refine((value) => value !== "", "Enter a name.")
    .refine((value) => [...value].length <= max, `Use at most ${max} characters.`)
    .superRefine((value, context) => {
      const problem = value === "" ? null : problemOfName(value);
      if (problem) context.addIssue({ code: "custom", message: problem });
    })
    .refine(
      (value) => !holdsForeignSecret(value),
      "This looks like an API key. Use a value that isn't a secret.",
    );
}

export const emailAddress = z
  .string({ error: "Enter an email address." })
  .trim()
  // Check before lowercasing: the Kelvin sign lowercases to an ASCII k.
  .regex(/^\p{ASCII}*$/u, "Enter a valid email address.")
  .toLowerCase()
  .min(1, "Enter an email address.")
  .max(254, "An email address has at most 254 characters.")
  // One plain address: no quotes, list, display name, or non-ASCII characters (S06).
  .regex(
    /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
    "Enter a valid email address.",
  );
