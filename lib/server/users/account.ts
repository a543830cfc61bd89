import type { Account } from "@/lib/contracts/account";
import type { Origin } from "../actor";
import { AppError, invalidField } from "../app-error";
import { recordAccountEvent } from "../audit/record-audit-event";
import { noticePasswordChanged } from "../mail/security-notices";
import { endLinksOf } from "../mailed-links/mailed-link";
import { db, runtime } from "../runtime";
import type { CurrentSession } from "../sessions/session-store";
import { checkPassword } from "./check-password";
import { hashPassword, passwordProblem } from "./password";
import { personOf } from "./person";

/** The person and their workspaces, the last used first. */
export async function getAccount(userId: string): Promise<Account> {
  const user = await db().user.findUnique({
    where: { id: userId },
    include: {
      totp: { select: { confirmedAt: true } },
      members: { where: { suspendedAt: null }, include: { workspace: true }, orderBy: { createdAt: "asc" } },
    },
  });
  if (!user) throw new AppError("not_signed_in");
  const workspaces = user.members.map(({ role, workspace }) => ({
    id: workspace.id,
    slug: workspace.slug,
    name: workspace.name,
    role,
  }));
  workspaces.sort((a, b) => Number(b.id === user.lastWorkspaceId) - Number(a.id === user.lastWorkspaceId));
  return {
    userId: user.id,
    name: user.name,
    email: personOf(user).email,
    emailVerified: user.emailVerifiedAt !== null,
    hasPassword: user.passwordHash !== null,
    hasAuthenticator: user.totp?.confirmedAt != null,
    workspaces,
  };
}

export async function renameAccount(userId: string, name: string, origin: Origin): Promise<void> {
  await db().$transaction(async (transaction) => {
    const { count } = await transaction.user.updateMany({
      where: { id: userId, name: { not: name } },
      data: { name },
    });
    if (count === 1)
      await recordAccountEvent(
        transaction,
        { id: userId, name },
        "account.renamed",
        { type: "user", id: userId, name },
        origin,
      );
  });
}

/** A new password, for who knows the old one. All other sessions end with it. */
export async function changePassword(
  session: CurrentSession,
  currentPassword: string,
  newPassword: string,
  origin: Origin,
): Promise<void> {
  const problem = passwordProblem(newPassword, runtime().env.passwordMinLength);
  if (problem) throw invalidField("newPassword", problem);
  await checkPassword(session.email, currentPassword, origin, "reauthenticated").catch(
    (error: { code?: string }) => {
      throw error.code === "incorrect_credentials"
        ? invalidField("currentPassword", "This is not your present password.")
        : error;
    },
  );
  const passwordHash = await hashPassword(newPassword);
  await db().$transaction(async (transaction) => {
    const user = personOf(
      await transaction.user.update({ where: { id: session.userId }, data: { passwordHash } }),
    );
    await transaction.session.deleteMany({ where: { userId: session.userId, id: { not: session.id } } });
    await endLinksOf(transaction, session.userId);
    await recordAccountEvent(
      transaction,
      user,
      "account.password_changed",
      { type: "user", id: user.id, name: user.name },
      origin,
    );
    await noticePasswordChanged(transaction, user, origin);
  });
}
