import { AppError } from "@/lib/contracts/app-error";
import type { MemberActor, Origin } from "../../actor";
import { recordAuditEvent } from "../../audit/record-audit-event";
import type { Invitation, Prisma, Workspace } from "../../generated/prisma/client";
import { db, runtime } from "../../runtime";
import { sha256 } from "../../sha256";
import { lockWorkspace } from "../members/lock-members";
import { wherePending } from "../members/withdraw-unauthorized-invitations";

type Person = { id: string; name: string; email: string };

/**
 * Joins the workspace with the account that is signed in. However often and in whichever order links are pressed, there is
 * one membership, with the role of the invitation that made it (S45).
 * @throws AppError `not_found` for a link that is no longer good; `insufficient_permissions` for another account's.
 */
export async function acceptInvitation(token: string, person: Person, origin: Origin): Promise<Workspace> {
  return db().$transaction(async (transaction) => {
    const invitation = await lockInvitation(transaction, token);
    if (invitation && invitation.email !== person.email) throw wrongAccount();
    return joinWorkspace(transaction, invitation, person, origin);
  });
}

/** The invitation of a link, whatever became of it, with the people of its workspace locked. */
export async function lockInvitation(
  transaction: Prisma.TransactionClient,
  token: string,
): Promise<Invitation | null> {
  const tokenHash = sha256(token);
  const found = await transaction.invitation.findUnique({ where: { tokenHash } });
  if (!found) return null;
  await lockWorkspace(transaction, found.workspaceId);
  // Read again under the lock: it may have been accepted, withdrawn, sent again or given another role meanwhile.
  return transaction.invitation.findUnique({ where: { tokenHash } });
}

/** Makes the membership. The person must be the one whose address the invitation names. */
export async function joinWorkspace(
  transaction: Prisma.TransactionClient,
  invitation: Invitation | null,
  person: Person,
  origin: Origin,
): Promise<Workspace> {
  if (!invitation) throw invalidInvitation();
  const { workspaceId, role } = invitation;
  const key = { workspaceId_userId: { workspaceId, userId: person.id } };
  const member = await transaction.member.findUnique({ where: key });
  const workspace = await transaction.workspace.findUniqueOrThrow({ where: { id: workspaceId } });
  // Pressed twice: who is in by this very link is told where they are.
  if (invitation.acceptedAt && member && !member.suspendedAt) return workspace;

  const { count } = await transaction.invitation.updateMany({
    where: { ...wherePending(workspaceId, new Date()), id: invitation.id },
    data: { acceptedAt: new Date() },
  });
  if (count === 0) throw invalidInvitation();
  await proveAddress(transaction, person);
  if (member) return workspace;
  await transaction.member.create({ data: { workspaceId, userId: person.id, role } });
  await transaction.user.update({ where: { id: person.id }, data: { lastWorkspaceId: workspaceId } });
  const actor: MemberActor = {
    type: "member",
    workspaceId,
    userId: person.id,
    name: person.name,
    role,
    origin,
  };
  await recordAuditEvent(
    transaction,
    actor,
    "member.joined",
    { type: "workspace", id: workspaceId, name: workspace.name },
    { role, invitation: invitation.id },
  );
  return workspace;
}

/** A link that only the mailbox got proves the address. Without a mail server whoever invited has seen it too. */
async function proveAddress(transaction: Prisma.TransactionClient, { id }: Person): Promise<void> {
  if (runtime().env.smtpUrl === null) return;
  await transaction.user.updateMany({
    where: { id, emailVerifiedAt: null },
    data: { emailVerifiedAt: new Date() },
  });
}

export function invalidInvitation(): AppError {
  return new AppError(
    "not_found",
    "This invitation is no longer good. Ask whoever invited you for a new one.",
  );
}

function wrongAccount(): AppError {
  return new AppError("insufficient_permissions", "This invitation is for another account.");
}
