import { z } from "zod";
import { holdsForeignSecret } from "./secret-shape";
import { foldSpaces, problemOfName } from "./visible-name";

/** A name people give to a thing: spaces folded, 1 to `max` characters, nothing invisible. It need not be unique. */
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
