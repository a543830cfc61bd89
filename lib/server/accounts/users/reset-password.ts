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
 * Mails a link to choose a new password, to a known account only. Answer and work are the same for an address that has none:
 * its link is made as well, and deletedAccountOwner ever gets it (S02).
 * @throws AppError `too_many_attempts` for a client that asks for too many.
 */
export async function requestPasswordReset(email: string, origin: Origin): Promise<void> {
  requireMailServer("This server sends no mail. Ask its operator to reset your password.");
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
      subject: "Choose a new password",
      paragraphs: [
        `Somebody asked to reset the password of your ${env.productName} account. The link is good once, for 30 minutes.`,
        "If it was not you, do nothing: your password stays as it is.",
      ],
      action: { label: "Choose a new password", path: `/reset-password?token=${token}` },
    };
    await queueMail(transaction, mail, user !== null);
  });
}

/**
 * A new password for the person with the mailed link. Every session ends, every other link dies, and failed sign-ins no longer
 * count. Second steps stay if the address had been proven (S09); if not, every way in from before ends (S03, S68).
 * @throws AppError `link_expired`; `invalid_request` naming `password`, which leaves the link good.
 */
export async function resetPassword(token: string, password: string, origin: Origin): Promise<void> {
  const link = await requireLink(token, ["reset_password"]);
  const { userId } = link;
  if (!userId) throw new AppError("link_expired");
  const passwordHash = await newPasswordHash(password);
  await db().$transaction(async (transaction) => {
    await consumeLink(transaction, link);
    const user = await updatePerson(transaction, { id: userId, email: link.email }, { passwordHash });
    // Only a session's person proves an address otherwise, so a proven one is theirs, and so is what they set up.
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
