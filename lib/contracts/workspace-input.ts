import { z } from "zod";
import { displayName } from "./names";

/** Words of our own routes: a workspace cannot take them as its slug. */
export const reservedSlugs = [
  "api",
  "auth",
  "docs",
  "settings",
  "sign-in",
  "sign-up",
  "sign-out",
  "signed-in",
  "forgot-password",
  "reset-password",
  "verify-email",
  "invitations",
  "credentials",
  "oauth",
  "metrics",
  "public",
  "static",
  "assets",
  "admin",
  "new",
] as const;

export const workspaceSlug = z
  .string({ error: "Enter an address." })
  .regex(/^[a-z0-9-]{3,40}$/, "Use 3 to 40 of a–z, 0–9 and -.")
  .refine((slug) => !(reservedSlugs as readonly string[]).includes(slug), "This address is taken.");

export const updateWorkspaceInput = z.strictObject({
  name: displayName(60).optional(),
  slug: workspaceSlug.optional(),
});
export type UpdateWorkspaceInput = z.infer<typeof updateWorkspaceInput>;

export const setApiAccessInput = z.strictObject({ enabled: z.boolean() });
export const setRequireTwoStepInput = z.strictObject({ required: z.boolean() });

export const createWorkspaceInput = z.strictObject({ name: displayName(60) });

/** Typed by hand, so that nobody deletes the workspace they did not mean. */
export const deleteWorkspaceInput = z.strictObject({
  slug: z.string({ error: "Enter the address." }).trim(),
});
