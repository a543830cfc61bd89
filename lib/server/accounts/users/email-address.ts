import { AppError, invalidField } from "@/lib/contracts/app-error";
import type { Origin } from "../../actor";
import { recordAccountEvent } from "../../audit/record-audit-event";
import type { MailedLink, Prisma } from "../../generated/prisma/client";
import { isUniqueViolation } from "../../is-unique-violation";
import { queueMail } from "../../mail/queue-mail";
import { requireMailServer } from "../../mail/require-mail-server";
import { notifyAddressChanged, notifyAddressChangeRequested } from "../../mail/security-notices";
import { db, runtime } from "../../runtime";
import {
  consumeLink,
  createLink,
  deleteLinksOf,
  requireLink,
  updatePerson,
} from "../../sessions/mailed-link";
import { maskedAddress, personOf } from "../../sessions/person";
import { requireChangeableAddress } from "../../sessions/requires-single-sign-on";
import type { CurrentSession } from "../../sessions/session-store";
import { lockSessionUser } from "../../sessions/sign-in-methods";

const lifetimeSeconds = 24 * 3600;

/** Mails a link that verifies the person's current address. */
export async function requestVerification(session: CurrentSession): Promise<void> {
  const user = personOf(await db().user.findUniqueOrThrow({ where: { id: session.userId } }));
  if (user.emailVerifiedAt) throw new AppError("conflict", "Your email address is already verified.");
  requireMailServer("This server sends no email, so it can't verify your address.");
  if (!(await runtime().mailThrottle.mayMail(user.email, "verify_email")))
    throw new AppError("too_many_attempts");
  await db().$transaction(async (transaction) => {
    await lockSessionUser(transaction, session);
    const { id: userId, email } = user;
    const token = await createLink(transaction, { purpose: "verify_email", email, userId, lifetimeSeconds });
    await queueMail(transaction, {
      to: email,
      subject: "Verify your email address",
      paragraphs: [`Confirm that this is the email address of your ${runtime().env.productName} account.`],
      action: { label: "Verify address", path: `/verify-email?token=${token}` },
    });
  });
}

/**
 * Mails a link to the new address and a notice to the old one, which stays until the link is used. The response is
 * the same for an address that another account uses, but that mailbox gets no link (S02).
 */
export async function requestAddressChange(
  session: CurrentSession,
  email: string,
  origin: Origin,
): Promise<void> {
  if (email === session.email) throw invalidField("email", "This is already your email address.");
  await requireChangeableAddress(session.userId, session.email);
  requireMailServer("This server sends no email, so you can't change your address here.");
  const { mailThrottle } = runtime();
  await mailThrottle.countClient(origin.ip);
  if (!(await mailThrottle.mayMail(email, "change_email"))) throw new AppError("too_many_attempts");
  const taken = await db().user.findUnique({ where: { email }, select: { id: true } });
  await db().$transaction(async (transaction) => {
    await lockSessionUser(transaction, session);
    const user = personOf(await transaction.user.findUniqueOrThrow({ where: { id: session.userId } }));
    const link = { purpose: "change_email", email, userId: user.id, lifetimeSeconds } as const;
    const token = await createLink(transaction, link);
    await notifyAddressChangeRequested(transaction, user, email, origin);
    const mail = {
      to: email,
      subject: "Confirm your new email address",
      paragraphs: [
        `Someone asked to use this address for the ${runtime().env.productName} account ${maskedAddress(user.email)}. To confirm, open the link and sign in to that account. The link works once, for 24 hours.`,
        "If this isn't your account, you can ignore this email.",
      ],
      action: { label: "Use this address", path: `/verify-email?token=${token}` },
    };
    await queueMail(transaction, mail, taken === null);
  });
}

/**
 * Verifies an address or replaces the old one, after the button on the link's page was pressed. Sessions stay. This
 * requires both the mailbox and a session of the account. With the mailbox alone, its owner could be tricked into
 * verifying the address for a stranger's account, whose sign-in methods would then count as theirs (S03, S68).
 * @param session The browser's session, if it is signed in.
 * @throws AppError `link_expired`; `not_signed_in`; `insufficient_permissions` for another account's link; `conflict`
 * if another account has taken the address in the meantime.
 */
export async function confirmAddress(
  token: string,
  session: CurrentSession | null,
  origin: Origin,
): Promise<void> {
  const link = await requireLink(token, ["verify_email", "change_email"]);
  if (!session) throw new AppError("not_signed_in", "Sign in to the account that this link is for.");
  if (session.userId !== link.userId)
    throw new AppError("insufficient_permissions", "This link is for another account.");
  try {
    await db().$transaction(async (transaction) => {
      await consumeLink(transaction, link);
      await lockSessionUser(transaction, session);
      if (link.purpose === "verify_email") await verify(transaction, link, origin);
      else await change(transaction, link, origin);
    });
  } catch (error) {
    if (isUniqueViolation(error)) throw new AppError("conflict", "This address can't be used.");
    throw error;
  }
}

async function verify(
  transaction: Prisma.TransactionClient,
  link: MailedLink,
  origin: Origin,
): Promise<void> {
  const who = { id: link.userId, email: link.email };
  const user = await updatePerson(transaction, who, { emailVerifiedAt: new Date() });
  await recordAccountEvent(transaction, user, "account.email_verified", origin);
}

async function change(
  transaction: Prisma.TransactionClient,
  link: MailedLink,
  origin: Origin,
): Promise<void> {
  const before = personOf(await transaction.user.findUniqueOrThrow({ where: { id: link.userId ?? "" } }));
  const user = await updatePerson(transaction, before, { email: link.email, emailVerifiedAt: new Date() });
  await deleteLinksOf(transaction, user.id);
  // Check again: the workspace may have required single sign-on since the link was sent.
  await requireChangeableAddress(user.id, before.email);
  // Masked, because the event stays when the account is deleted.
  const details = { email: { from: maskedAddress(before.email), to: maskedAddress(user.email) } };
  await recordAccountEvent(transaction, user, "account.email_changed", origin, { details });
  await notifyAddressChanged(transaction, before, user.email, origin);
}
