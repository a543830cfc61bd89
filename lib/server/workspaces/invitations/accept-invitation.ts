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
 * Joins the workspace with the signed-in account. Repeated or concurrent calls create only one membership, with the
 * role of the accepted invitation (S45).
 * @throws AppError `not_found` for an invalid link; `insufficient_permissions` for another account's invitation.
 */
export async function acceptInvitation(token: string, person: Person, origin: Origin): Promise<Workspace> {
  return db().$transaction(async (transaction) => {
    const invitation = await lockInvitation(transaction, token);
    if (invitation && invitation.email !== person.email) throw wrongAccount();
    return joinWorkspace(transaction, invitation, person, origin);
  });
}

/** Locks the workspace and returns the link's invitation, whatever its state. */
export async function lockInvitation(
  transaction: Prisma.TransactionClient,
  token: string,
): Promise<Invitation | null> {
  const tokenHash = sha256(token);
  const found = await transaction.invitation.findUnique({ where: { tokenHash } });
  if (!found) return null;
  await lockWorkspace(transaction, found.workspaceId);
  // Read it again: it may have changed before the lock was acquired.
  return transaction.invitation.findUnique({ where: { tokenHash } });
}

/** Creates the membership. The invitation must be for this person's email. */
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
  // A repeated click on the same link succeeds.
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

/**
 * The link proves the email address, because only its mailbox received it. Without a mail server, the inviter has
 * seen the link too.
 */
async function proveAddress(transaction: Prisma.TransactionClient, { id }: Person): Promise<void> {
  if (runtime().env.smtpUrl === null) return;
  await transaction.user.updateMany({
    where: { id, emailVerifiedAt: null },
    data: { emailVerifiedAt: new Date() },
  });
}

export function invalidInvitation(): AppError {
  return new AppError("not_found", "This invitation is no longer valid. Ask for a new one.");
}

function wrongAccount(): AppError {
  return new AppError("insufficient_permissions", "This invitation is for another account.");
}
