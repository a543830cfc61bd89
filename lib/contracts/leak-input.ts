import { z } from "zod";
import { leakDecisions } from "./leaks";

/**
 * POST /api/leaks: what GitHub's secret scanning found. Other fields are ignored, because GitHub decides what it sends.
 */
export const githubLeakReport = z
  .array(
    z.looseObject({
      token: z.string({ error: "The token must be a string." }),
      type: z.string({ error: "The type must be a string." }),
      url: z.string().nullish().meta({ description: "Where it was found. Empty if GitHub doesn't say." }),
      source: z.string().nullish(),
    }),
    { error: "The body must be a list of matches." },
  )
  .min(1, "Send at least one match.");

/** What GitHub learns about each match, as its partner program describes it. */
export const githubLeakFeedback = z.array(
  z.object({
    token_hash: z.string().meta({ description: "The SHA-256 of the token in hexadecimal." }),
    token_type: z.string(),
    label: z.enum(["true_positive", "false_positive"]).meta({
      description: "`true_positive` for a key of this server, also one that was revoked.",
    }),
  }),
);

const keyIds = z.array(z.string().max(64)).max(500, "At most 500 keys.").default([]);

/** What an admin decides about the disabled keys that a leaked key made: about some of them, and about all others together. */
export const settleLeakInput = z
  .strictObject({
    enable: keyIds,
    revoke: keyIds,
    keep: keyIds,
    others: z.enum(leakDecisions).default("keep"),
  })
  .refine(({ enable, revoke }) => enable.every((id) => !revoke.includes(id)), {
    path: ["revoke"],
    message: "A key can be enabled or revoked, not both.",
  });
export type SettleLeakInput = z.output<typeof settleLeakInput>;

/** POST /credentials/revoke. Texts that are no keys are ignored. */
export const revokeCredentialsInput = z.strictObject({
  credentials: z
    .array(z.string({ error: "Each credential must be a string." }).max(512, "At most 512 characters."), {
      error: "Enter a list of credentials.",
    })
    .min(1, "Enter at least one credential.")
    .max(1000, "At most 1,000 credentials."),
});
