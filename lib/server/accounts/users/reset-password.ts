import { AppError } from "@/lib/contracts/app-error";
import type { Origin } from "../../actor";
import { recordAccountEvent } from "../../audit/record-audit-event";
import { queueMail } from "../../mail/queue-mail";
import { requireMailServer } from "../../mail/require-mail-server";
import { notifyPasswordChanged } from "../../mail/security-notices";
import { db, runtime } from "../../runtime";
import { forgiveAllCodeAttempts } from "../../second-factors/code-attempts";
import {
  consumeLink,
  createLink,
  deleteLinksOf,
  requireLink,
  updatePerson,
} from "../../sessions/mailed-link";
import { removeUnverifiedSignInMethods } from "../../sessions/sign-in-methods";
import { newPasswordHash } from "./sign-up";

const lifetimeSeconds = 30 * 60;

/**
 * Mails a link for choosing a new password, if the account exists. The response and the work are the same for an
 * unknown address: its link is created but never sent (S02).
 * @throws AppError `too_many_attempts` for a client with too many requests.
 */
export async function requestPasswordReset(email: string, origin: Origin): Promise<void> {
  requireMailServer("This server sends no email. Ask its operator to reset your password.");
  const { mailThrottle, env } = runtime();
  await mailThrottle.countClient(origin.ip);
  if (!(await mailThrottle.mayMail(email, "reset_password"))) return;
  const user = await db().user.findUnique({ where: { email } });
  await db().$transaction(async (transaction) => {
    const token = await createLink(transaction, {
      purpose: "reset_password",
      email,
      lifetimeSeconds,
      ...(user && { userId: user.id }),
    });
    const mail = {
      to: email,
      subject: "Reset your password",
      paragraphs: [
        `Someone asked to reset the password of your ${env.productName} account. The link works once, for 30 minutes.`,
        "If this wasn't you, you can ignore this email. Your password won't change.",
      ],
      action: { label: "Reset password", path: `/reset-password?token=${token}` },
    };
    await queueMail(transaction, mail, user !== null);
  });
}

/**
 * Sets a new password with a mailed link. Ends all sessions and other links, and resets the counts of failed
 * sign-ins. Second factors stay if the address was verified before (S09); otherwise all earlier sign-in methods are
 * removed (S03, S68).
 * @throws AppError `link_expired`; `invalid_request` naming `password`, after which the link still works.
 */
export async function resetPassword(token: string, password: string, origin: Origin): Promise<void> {
  const link = await requireLink(token, ["reset_password"]);
  const { userId } = link;
  if (!userId) throw new AppError("link_expired");
  const passwordHash = await newPasswordHash(password);
  await db().$transaction(async (transaction) => {
    await consumeLink(transaction, link);
    const user = await updatePerson(transaction, { id: userId, email: link.email }, { passwordHash });
    // An address is otherwise verified only from a session, so a verified address belongs to the person who set up
    // the account.
    const { count: proven } = await transaction.user.updateMany({
      where: { id: userId, emailVerifiedAt: null },
      data: { emailVerifiedAt: new Date() },
    });
    if (proven === 1) await removeUnverifiedSignInMethods(transaction, userId);
    await transaction.totpFactor.deleteMany({ where: { userId, confirmedAt: null } });
    await transaction.session.deleteMany({ where: { userId } });
    await deleteLinksOf(transaction, userId);
    await recordAccountEvent(transaction, user, "account.password_reset", origin);
    await notifyPasswordChanged(transaction, user, origin);
  });
  await Promise.all([runtime().signInThrottle.forgiveAccount(link.email), forgiveAllCodeAttempts(userId)]);
}
