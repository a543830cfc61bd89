import { z } from "zod";
import { expirationDays } from "./api-key-input";

const flag = z.boolean({ error: "Use true or false." });

/** What the console sends to replace the key policy. */
export const setKeyPolicyInput = z.strictObject({
  policy: z
    .strictObject({
      maxLifetimeDays: expirationDays.optional(),
      requireExpiry: flag.optional(),
      requireAllowedIps: flag.optional(),
    })
    .nullable(),
});

/** `key_policy` of PUT /api/v1/workspaces/{workspace}. */
export const publicKeyPolicyInput = z.strictObject({
  max_lifetime_days: expirationDays.optional(),
  require_expiry: flag.optional(),
  require_allowed_ips: flag.optional(),
});
