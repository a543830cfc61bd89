import { z } from "zod";
import { publicKeyPolicyInput } from "./key-policy-input";
import { displayName } from "./names";
import { quotaPeriods } from "./quotas";

export const meterName = z
  .string({ error: "Name a meter, such as requests or uploads." })
  .regex(
    /^[a-z][a-z0-9_.-]{0,49}$/,
    "A meter has 1 to 50 characters (a–z, 0–9, _, . and -) and starts with a letter.",
  );

const wholeNumber = (least: number, most: number) =>
  z
    .number({ error: "Enter a whole number." })
    .int("Enter a whole number.")
    .min(least, `Enter a whole number from ${least} to ${most}.`)
    .max(most, `Enter a whole number from ${least} to ${most}.`);

/** How much of a meter one decision uses. */
export const meterCost = wholeNumber(0, 1e9);

const keyId = z.string().regex(/^key_[0-9a-z]{1,60}$/, "This is not an API key id.");

/** One of a workspace's quotas, or of one of its keys. */
export const quotaInput = z.strictObject({
  meter: meterName,
  limit: wholeNumber(0, 1e15),
  period: z.enum(quotaPeriods, { error: "Use month or day." }),
  key_id: keyId.optional(),
});

/** The body of PUT /api/v1/workspaces/{id}. Omitted fields stay unchanged. `quotas` replaces all quotas, `key_policy` the whole policy. */
export const putWorkspaceInput = z
  .strictObject({
    name: displayName(100).optional(),
    external_id: z
      .string({ error: "Enter an id." })
      .regex(/^[!-~]{1,200}$/, "Use 1 to 200 visible ASCII characters.")
      .nullable()
      .optional(),
    api_access: z.boolean({ error: "Use true or false." }).optional(),
    requests_per_minute: wholeNumber(1, 1_000_000).optional(),
    quotas: z.array(quotaInput).max(100, "Use at most 100 quotas.").optional(),
    key_policy: publicKeyPolicyInput.nullable().optional(),
  })
  .refine((input) => Object.values(input).some((value) => value !== undefined), {
    error: "Send name, external_id, api_access, requests_per_minute, quotas, or key_policy.",
  })
  .superRefine(({ quotas = [] }, context) => {
    const seen = new Set<string>();
    for (const [index, { meter, key_id = "" }] of quotas.entries()) {
      const id = `${key_id}/${meter}`;
      if (seen.has(id))
        context.addIssue({
          code: "custom",
          path: ["quotas", index, "meter"],
          message: `${meter} already has a quota above.`,
        });
      seen.add(id);
    }
  });

export type PutWorkspaceInput = z.infer<typeof putWorkspaceInput>;

/** The body of POST /api/v1/usage-records. */
export const usageRecordInput = z.strictObject({
  workspace_id: z
    .string({ error: "Enter a workspace id." })
    .regex(/^ws_[0-9a-z]{1,60}$/, "This is not a workspace id."),
  key_id: keyId.optional(),
  meter: meterName,
  amount: wholeNumber(1, 1e9),
  idempotency_key: z
    .string({ error: "Enter a unique key. Use the same key when you retry this report." })
    .regex(/^[\x21-\x7e]{1,200}$/, "Use 1 to 200 visible ASCII characters."),
});
export type UsageRecordInput = z.infer<typeof usageRecordInput>;
