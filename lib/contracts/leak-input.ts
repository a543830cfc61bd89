import { z } from "zod";

/** POST /credentials/revoke. Texts that are no keys are ignored. */
export const revokeCredentialsInput = z.strictObject({
  credentials: z
    .array(z.string({ error: "Each credential must be a string." }).max(512, "At most 512 characters."), {
      error: "Enter a list of credentials.",
    })
    .min(1, "Enter at least one credential.")
    .max(1000, "At most 1,000 credentials."),
});
