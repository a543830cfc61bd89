import { z } from "zod";
import { quotaPeriods } from "./quotas";

export const meterName = z
  .string({ error: "Name a meter, such as requests or uploads." })
  .regex(/^[a-z][a-z0-9_.-]{0,49}$/, "A meter is 1 to 50 of a–z, 0–9, _, . and -, and begins with a letter.");

const wholeNumber = (least: number, most: number) =>
  z
    .number({ error: "Give a whole number." })
    .int("Give a whole number.")
    .min(least, `Give a whole number from ${least} to ${most}.`)
    .max(most, `Give a whole number from ${least} to ${most}.`);

/** How much of a meter one decision uses. */
export const meterCost = wholeNumber(0, 1e9);

const keyId = z.string().regex(/^key_[0-9a-z]{1,60}$/, "This is not the id of a key.");

/** One of a workspace's quotas, or of one of its keys. */
export const quotaInput = z.strictObject({
  meter: meterName,
  limit: wholeNumber(0, 1e15),
  period: z.enum(quotaPeriods, { error: "Give month or day." }),
  key_id: keyId.optional(),
});

/** The body of PUT /api/v1/workspaces/{id} (docs/http-api.md, 6.1). Omitted fields stay; `quotas` replace all existing ones. */
export const putWorkspaceInput = z
  .strictObject({
    api_access: z.boolean({ error: "Give true or false." }).optional(),
    requests_per_minute: wholeNumber(1, 1_000_000).optional(),
    quotas: z.array(quotaInput).max(100, "Give at most 100 quotas.").optional(),
  })
  .refine((input) => Object.values(input).some((value) => value !== undefined), {
    error: "Give api_access, requests_per_minute or quotas.",
  })
  .superRefine(({ quotas = [] }, context) => {
    const seen = new Set<string>();
    for (const [index, { meter, key_id = "" }] of quotas.entries()) {
      const id = `${key_id}/${meter}`;
      if (seen.has(id))
        context.addIssue({
          code: "custom",
          path: ["quotas", index, "meter"],
          message: `${meter} has a quota already, here above.`,
        });
      seen.add(id);
    }
  });

export type PutWorkspaceInput = z.infer<typeof putWorkspaceInput>;

/** The body of POST /api/v1/usage-records (docs/http-api.md, 6.2). */
export const usageRecordInput = z.strictObject({
  workspace_id: z
    .string({ error: "Give the id of a workspace." })
    .regex(/^ws_[0-9a-z]{1,60}$/, "This is not the id of a workspace."),
  key_id: keyId.optional(),
  meter: meterName,
  amount: wholeNumber(1, 1e9),
  idempotency_key: z
    .string({ error: "Give a key of your own, the same when you repeat this report." })
    .regex(/^[\x21-\x7e]{1,200}$/, "Use 1 to 200 visible ASCII characters."),
});
export type UsageRecordInput = z.infer<typeof usageRecordInput>;
