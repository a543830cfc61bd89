import { z } from "zod";
import { displayName } from "./names";
import { roles, serviceRoles } from "./permissions";

export const roleInput = z.enum(roles, { error: "Choose owner, admin, member or viewer." });

/** What to do with the keys that a membership change affects. A key that no field covers causes `undecided_keys`. */
const keyDecisions = {
  /** Keys to transfer to another member. Transferring a key to its current owner keeps it as it is. */
  transfers: z
    .array(z.strictObject({ keyId: z.string(), userId: z.string() }))
    .max(500)
    .default([]),
  revocations: z.array(z.string()).max(1000).default([]),
  /** For all other keys: revoke them, or transfer those that the member owns to one member. */
  otherKeys: z.union([z.literal("revoke"), z.strictObject({ transferTo: z.string() })]).optional(),
};
const keyDecisionsInput = z.strictObject(keyDecisions);
export type KeyDecisionsInput = z.infer<typeof keyDecisionsInput>;

export const changeRoleInput = z.strictObject({ role: roleInput, ...keyDecisions });
export type ChangeRoleInput = z.infer<typeof changeRoleInput>;
/** A service member can't be an owner. */
export const addServiceMemberInput = z.strictObject({
  name: displayName(100),
  role: z.enum(serviceRoles, { error: "Choose admin, member or viewer." }),
});
export type AddServiceMemberInput = z.infer<typeof addServiceMemberInput>;
export const renameServiceMemberInput = addServiceMemberInput.pick({ name: true });
export const setSuspensionInput = z.strictObject({ suspended: z.boolean(), ...keyDecisions });
export type SetSuspensionInput = z.infer<typeof setSuspensionInput>;
export const removeMemberInput = keyDecisionsInput;
