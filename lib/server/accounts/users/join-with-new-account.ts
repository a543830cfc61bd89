import { AppError } from "@/lib/contracts/app-error";
import type { JoinWithNewAccountInput } from "@/lib/contracts/invitation-input";
import type { Origin } from "../../actor";
import type { Workspace } from "../../generated/prisma/client";
import { isUniqueViolation } from "../../is-unique-violation";
import { db, runtime } from "../../runtime";
import type { Person } from "../../sessions/person";
import {
  invalidInvitation,
  joinWorkspace,
  lockInvitation,
} from "../../workspaces/invitations/accept-invitation";
import { findOpenInvitation } from "../../workspaces/invitations/find-open-invitation";
import { createUser, newPasswordHash } from "./sign-up";

/**
 * Creates the account for an invitation and joins the workspace, atomically. SIGN_UP doesn't apply: an authorized
 * member has invited this address.
 * @throws AppError `not_found` for an invalid link; `invalid_request` naming `password`; `conflict` if the account
 * can't be created.
 */
export async function joinWithNewAccount(
  { token, name, password }: JoinWithNewAccountInput,
  origin: Origin,
): Promise<{ user: Person; workspace: Workspace }> {
  // Check the link before spending time on a password hash.
  if (!(await findOpenInvitation(token))) throw invalidInvitation();
  const passwordHash = await newPasswordHash(password);
  // The link verifies the address, because only its mailbox received it. Without a mail server, the inviter has seen
  // the link too.
  const emailVerifiedAt = runtime().env.smtpUrl === null ? null : new Date();
  try {
    return await db().$transaction(async (transaction) => {
      const invitation = await lockInvitation(transaction, token);
      if (!invitation || invitation.acceptedAt) throw invalidInvitation();
      const { email } = invitation;
      const user = await createUser(transaction, { email, name, passwordHash, emailVerifiedAt }, origin);
      return { user, workspace: await joinWorkspace(transaction, invitation, user, origin) };
    });
  } catch (error) {
    if (isUniqueViolation(error))
      throw new AppError("conflict", "This account couldn't be created. Sign in or reset your password.");
    throw error;
  }
}
