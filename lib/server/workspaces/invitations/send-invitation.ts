import { randomBytes } from "node:crypto";
import { AppError } from "@/lib/contracts/app-error";
import type { InviteInput } from "@/lib/contracts/invitation-input";
import { invitationDays, type SentInvitation } from "@/lib/contracts/invitations";
import { roleLabels } from "@/lib/contracts/permissions";
import type { MemberActor } from "../../actor";
import { changesBetween } from "../../audit/changes-between";
import { recordAuditEvent } from "../../audit/record-audit-event";
import type { Invitation, Prisma } from "../../generated/prisma/client";
import { queueMail } from "../../mail/queue-mail";
import { quoted } from "../../mail/words";
import { newId } from "../../new-id";
import { db, runtime } from "../../runtime";
import { sha256 } from "../../sha256";
import { lockMembers } from "../members/lock-members";
import { requireMayManageRole } from "../members/manageable-member";
import { wherePending } from "../members/withdraw-unauthorized-invitations";
import { requirePendingInvitation } from "./pending-invitation";

/** Keeps the list manageable. MailThrottle limits how many emails are sent. */
const maximumPending = 200;

type Fresh = { tokenHash: Uint8Array<ArrayBuffer>; sentAt: Date; expiresAt: Date; invitedById: string };

/**
 * Invites an email address. The response is the same for a new address, an invited one, and a member's (S02). An
 * address has one invitation at a time; inviting again changes its role.
 * @throws AppError `insufficient_permissions` if a non-owner invites an owner; `conflict` with too many pending
 * invitations; `too_many_attempts` above the daily limit per person or per address and workspace.
 */
export async function invite(actor: MemberActor, { email, role }: InviteInput): Promise<SentInvitation> {
  return db().$transaction(async (transaction) => {
    const now = await lockMembers(transaction, actor);
    requireMayManageRole(now, role);
    const { token, fresh } = newLink(now);
    const pending = await transaction.invitation.findFirst({
      where: { ...wherePending(now.workspaceId, new Date()), email },
    });
    if (pending) requireMayManageRole(now, pending.role);
    else await requireRoom(transaction, now.workspaceId);
    const invitation = pending
      ? await transaction.invitation.update({ where: { id: pending.id }, data: { ...fresh, role } })
      : await transaction.invitation.create({
          data: { id: newId("inv"), workspaceId: now.workspaceId, email, role, ...fresh },
        });
    return send(transaction, now, invitation, token, pending);
  });
}

/**
 * Sends a pending invitation again with a new link. The previous link stops working.
 * @throws AppError `too_many_attempts` within a minute of the last one, and above the daily limit.
 */
export async function resendInvitation(actor: MemberActor, invitationId: string): Promise<SentInvitation> {
  return db().$transaction(async (transaction) => {
    const now = await lockMembers(transaction, actor);
    const pending = await requirePendingInvitation(transaction, now, invitationId);
    requireMayManageRole(now, pending.role);
    await runtime().mailThrottle.countResend(invitationId);
    const { token, fresh } = newLink(now);
    const invitation = await transaction.invitation.update({ where: { id: invitationId }, data: fresh });
    return send(transaction, now, invitation, token, pending);
  });
}

function newLink(actor: MemberActor): { token: string; fresh: Fresh } {
  const token = randomBytes(32).toString("base64url");
  const sentAt = new Date();
  const expiresAt = new Date(sentAt.getTime() + invitationDays * 86_400_000);
  return {
    token,
    fresh: { tokenHash: sha256(token), sentAt, expiresAt, invitedById: actor.userId },
  };
}

async function requireRoom(transaction: Prisma.TransactionClient, workspaceId: string): Promise<void> {
  const count = await transaction.invitation.count({ where: wherePending(workspaceId, new Date()) });
  if (count >= maximumPending)
    throw new AppError("conflict", `${maximumPending} invitations are pending. Withdraw some to send more.`);
}

async function send(
  transaction: Prisma.TransactionClient,
  actor: MemberActor,
  invitation: Invitation,
  token: string,
  before: Invitation | null,
): Promise<SentInvitation> {
  const { env, mailThrottle } = runtime();
  await mailThrottle.countInvitation(actor, invitation.email);
  const { name } = await transaction.workspace.findUniqueOrThrow({ where: { id: actor.workspaceId } });
  const path = `/invitations/${token}`;
  await queueMail(transaction, {
    to: invitation.email,
    // No user-supplied names in the subject: it reads as the sender's own words.
    subject: `Invitation to a workspace on ${env.productName}`,
    paragraphs: [
      `${quoted(actor.name)} invited you to the workspace ${quoted(name)} on ${env.productName}, as ${roleLabels[invitation.role].toLowerCase()}.`,
      `The link works only for ${invitation.email}, only once, and expires in ${invitationDays} days. If you weren't expecting this invitation, you can ignore it.`,
    ],
    action: { label: "View invitation", path },
  });
  await recordAuditEvent(
    transaction,
    actor,
    before ? "invitation.resent" : "invitation.sent",
    { type: "invitation", id: invitation.id, name: invitation.email },
    { role: invitation.role, ...(before && changesBetween(before, invitation, ["role", "expiresAt"])) },
  );
  // With a mail server, only the recipient gets the link, so that using it proves the address.
  return { link: env.smtpUrl === null ? env.appUrl + path : null };
}
