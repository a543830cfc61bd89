import { z } from "zod";
import { displayName } from "./names";
import { roles, serviceRoles } from "./permissions";

export const roleInput = z.enum(roles, { error: "Choose owner, admin, member or viewer." });

export const changeRoleInput = z.strictObject({ role: roleInput });
/** A service member is never an owner. */
export const addServiceMemberInput = z.strictObject({
  name: displayName(100),
  role: z.enum(serviceRoles, { error: "Choose admin, member or viewer." }),
});
export type AddServiceMemberInput = z.infer<typeof addServiceMemberInput>;
export const renameServiceMemberInput = addServiceMemberInput.pick({ name: true });
export const setSuspensionInput = z.strictObject({ suspended: z.boolean() });

/**
 * What becomes of a leaver's keys, and of managing keys of others that the leaver made: those named here go to another member or
 * stay with their owner, all others are revoked.
 */
export const removeMemberInput = z.strictObject({
  transfers: z
    .array(z.strictObject({ keyId: z.string(), userId: z.string() }))
    .max(500)
    .default([]),
});
export type RemoveMemberInput = z.infer<typeof removeMemberInput>;
