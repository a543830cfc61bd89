import { z } from "zod";

/** The page to open after signing in. Anything but a path of this origin is ignored. */
export const providerVisitInput = z.strictObject({
  callbackUrl: z.string({ error: "Enter a path." }).max(2_000, "This is too long.").optional(),
});
