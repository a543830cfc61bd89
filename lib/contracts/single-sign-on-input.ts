import { z } from "zod";
import { joiningRoles } from "./single-sign-on";

/** An email domain: more than one label, no scheme, no path. */
export const domainName = z
  .string({ error: "Enter a domain." })
  .trim()
  .toLowerCase()
  .max(253, "A domain has at most 253 characters.")
  .regex(
    /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
    "Enter a domain such as example.com.",
  );

export const addDomainInput = z.strictObject({ domain: domainName });
export const changeDomainInput = z.strictObject({
  requireSso: z.boolean({ error: "Use true or false." }).optional(),
  defaultRole: z.enum(joiningRoles, { error: "Choose member or viewer." }).optional(),
});
export type ChangeDomainInput = z.infer<typeof changeDomainInput>;
