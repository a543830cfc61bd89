import { z } from "zod";
import { allowedIps, environmentName, keyName, wrongPermissions } from "./api-key-input";
import { permissionLevels } from "./api-keys";
import { permissionNames } from "./permission-catalog-input";
import { keyMetadata } from "./service-api-input";

/** SHA-256 in hexadecimal, base64 or base64url, with or without padding. */
const sha256 = z.string({ error: "Enter the SHA-256 of the key." }).transform((text, context) => {
  const hash = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, "hex") : base64Of(text);
  if (hash?.length === 32) return hash;
  context.addIssue({ code: "custom", message: "Enter a SHA-256 in hexadecimal or base64." });
  return z.NEVER;
});

function base64Of(text: string): Buffer | null {
  return /^[A-Za-z0-9+/_-]{43}=?$/.test(text) ? Buffer.from(text, "base64") : null;
}

/** A key of another system: its hash, what people recognize it by, and what it may do. */
export const importLine = z
  .strictObject({
    sha256,
    name: keyName,
    /** The constant part of the secret. Empty if it has none. */
    key_prefix: z.string().regex(/^(?:[A-Za-z0-9_-]{3,20})?$/, "Use 3 to 20 letters, digits, _ or -."),
    key_suffix: z.string().regex(/^[!-~]{0,8}$/, "Use up to 8 visible ASCII characters."),
    length: z.int({ error: "Enter the length of the key." }).min(16, "At least 16.").max(512, "At most 512."),
    permission_level: z.enum(permissionLevels, { error: "Choose read_only, read_write or custom." }),
    permissions: permissionNames.optional(),
    metadata: keyMetadata.optional(),
    /** The id of a member, or `ext:` and the external id. */
    owner: z.string().max(210).optional(),
    owner_email: z.email().optional(),
    environment: environmentName.optional(),
    allowed_ips: allowedIps.optional(),
    expires_at: z.iso
      .datetime({ offset: true, error: "Enter a date and time (RFC 3339)." })
      .refine((time) => Date.parse(time) > 0, "Enter a date after 1970.")
      .nullish(),
    disabled: z.boolean({ error: "Use true or false." }).optional(),
  })
  .superRefine(({ permission_level, permissions }, context) => {
    const wrong = wrongPermissions(permission_level, permissions, false);
    if (wrong) context.addIssue({ code: "custom", path: [wrong.field], message: wrong.message });
  });
export type ImportLine = z.output<typeof importLine>;
