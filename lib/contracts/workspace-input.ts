import { z } from "zod";
import { displayName } from "./names";

/** Path segments of our own routes, which can't be workspace slugs. */
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
  .string({ error: "Enter a URL slug." })
  .regex(/^[a-z0-9-]{3,40}$/, "Use 3 to 40 characters: a–z, 0–9 and -.")
  .refine((slug) => !(reservedSlugs as readonly string[]).includes(slug), "This slug is already taken.");

export const updateWorkspaceInput = z.strictObject({
  name: displayName(60).optional(),
  slug: workspaceSlug.optional(),
});
export type UpdateWorkspaceInput = z.infer<typeof updateWorkspaceInput>;

export const setApiAccessInput = z.strictObject({ enabled: z.boolean() });
export const setRequireTwoStepInput = z.strictObject({ required: z.boolean() });

export const createWorkspaceInput = z.strictObject({ name: displayName(60) });

/** The person types the slug, which prevents deleting the wrong workspace. */
export const deleteWorkspaceInput = z.strictObject({
  slug: z.string({ error: "Enter the address." }).trim(),
});
