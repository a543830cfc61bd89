import { z } from "zod";
import { roleInput } from "./member-input";
import { displayName, emailAddress } from "./names";

export const inviteInput = z.strictObject({ email: emailAddress, role: roleInput });
export type InviteInput = z.infer<typeof inviteInput>;

const token = z.string().regex(/^[\w-]{1,64}$/, "This invitation link isn't valid.");

export const acceptInvitationInput = z.strictObject({ token });
export const joinWithNewAccountInput = z.strictObject({
  token,
  name: displayName(100),
  password: z.string({ error: "Enter a password." }),
});
export type JoinWithNewAccountInput = z.infer<typeof joinWithNewAccountInput>;
