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
 * Makes the account that an invitation is for, and joins with it; both or neither. SIGN_UP does not matter here: somebody who
 * may has decided that this address shall have an account.
 * @throws AppError `not_found` for a link that is no longer good; `invalid_request` naming `password`; `conflict` where the
 * account cannot be made.
 */
export async function joinWithNewAccount(
  { token, name, password }: JoinWithNewAccountInput,
  origin: Origin,
): Promise<{ user: Person; workspace: Workspace }> {
  // A link that is none must not cost a hash.
  if (!(await findOpenInvitation(token))) throw invalidInvitation();
  const passwordHash = await newPasswordHash(password);
  // A link that only the mailbox got proves the address. Without a mail server whoever invited has seen it too.
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
      throw new AppError("conflict", "This account could not be created. Sign in or reset your password.");
    throw error;
  }
}
