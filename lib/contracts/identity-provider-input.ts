import { z } from "zod";

/** Where to go on afterwards. What is no path of ours counts as none. */
export const providerVisitInput = z.strictObject({
  callbackUrl: z.string({ error: "Give a path." }).max(2_000, "This is too long.").optional(),
});
