import type { Account } from "@/lib/contracts/account";
import type { UpdateProfileInput } from "@/lib/contracts/account-input";
import { AppError, invalidField } from "@/lib/contracts/app-error";
import type { Origin } from "../../actor";
import { recordAccountEvent } from "../../audit/record-audit-event";
import { noticePasswordChanged } from "../../mail/security-notices";
import { db, runtime } from "../../runtime";
import { findConfirmingProviders } from "../../sessions/confirm-with-identity";
import { endLinksOf } from "../../sessions/mailed-link";
import { personOf } from "../../sessions/person";
import { picturePath } from "../../sessions/picture-path";
import { type CurrentSession, renewSessionToken } from "../../sessions/session-store";
import { findMemberships } from "../../workspaces/members/find-memberships";
import { confirmPassword } from "./check-password";
import { hashPassword, passwordProblem } from "./password";

/** The person and their workspaces, the last used first. */
export async function getAccount(session: CurrentSession): Promise<Account> {
  const [user, memberships] = await Promise.all([
    db().user.findUnique({
      where: { id: session.userId },
      include: {
        totp: { select: { confirmedAt: true } },
        picture: { select: { version: true } },
        _count: { select: { passkeys: true } },
      },
    }),
    findMemberships(session),
  ]);
  if (!user) throw new AppError("not_signed_in");
  const workspaces = memberships.map(({ member: { role }, workspace: { id, slug, name }, closedBy }) => ({
    id,
    slug,
    name,
    role,
    closedBy,
  }));
  workspaces.sort((a, b) => Number(b.id === user.lastWorkspaceId) - Number(a.id === user.lastWorkspaceId));
  return {
    userId: user.id,
    name: user.name,
    email: personOf(user).email,
    emailVerified: user.emailVerifiedAt !== null,
    hasPassword: user.passwordHash !== null,
    hasAuthenticator: user.totp?.confirmedAt != null,
    picture: picturePath(user.id, user.picture),
    timeZone: user.timeZone,
    hasPasskey: user._count.passkeys > 0,
    confirmingProviders: await findConfirmingProviders(user.id),
    workspaces,
  };
}

/** Takes what is given; what is not stays as it is. */
export async function updateProfile(
  userId: string,
  { name, ...preferences }: UpdateProfileInput,
  origin: Origin,
): Promise<void> {
  if (name !== undefined) await renameAccount(userId, name, origin);
  await setPreferences(userId, preferences, origin);
}

async function setPreferences(
  userId: string,
  { timeZone, theme }: Omit<UpdateProfileInput, "name">,
  origin: Origin,
): Promise<void> {
  await db().$transaction(async (transaction) => {
    const before = await transaction.user.findUniqueOrThrow({ where: { id: userId } });
    const changes = timeZone !== undefined && timeZone !== before.timeZone;
    if (!changes && (theme === undefined || theme === before.theme)) return;
    const user = await transaction.user.update({ where: { id: userId }, data: { timeZone, theme } });
    const target = { type: "user", id: user.id, name: user.name } as const;
    await recordAccountEvent(transaction, user, "account.preferences_changed", target, origin);
  });
}

async function renameAccount(userId: string, name: string, origin: Origin): Promise<void> {
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

/**
 * A new password, for who knows the old one. All other sessions end with it, and so does whatever else knows this one's token.
 * @returns The session's new token.
 */
export async function changePassword(
  session: CurrentSession,
  token: string,
  currentPassword: string,
  newPassword: string,
  origin: Origin,
): Promise<string> {
  const problem = passwordProblem(newPassword, runtime().env.passwordMinLength);
  if (problem) throw invalidField("newPassword", problem);
  const before = await confirmPassword(session, currentPassword, origin).catch((error: { code?: string }) => {
    throw error.code === "incorrect_credentials" ? notThePresentPassword() : error;
  });
  const passwordHash = await hashPassword(newPassword);
  return db().$transaction(async (transaction) => {
    const user = { id: session.userId, name: session.userName, email: session.email };
    // Compare and set: who knew the old password must not undo a reset that was answered meanwhile (S03).
    const { count } = await transaction.user.updateMany({
      where: { id: user.id, passwordHash: before.passwordHash },
      data: { passwordHash },
    });
    if (count === 0) throw notThePresentPassword();
    const renewed = await renewSessionToken(token, { by: "password", at: "now" }, transaction);
    if (!renewed) throw new AppError("not_signed_in");
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
    return renewed;
  });
}

function notThePresentPassword(): AppError {
  return invalidField("currentPassword", "This is not your present password.");
}
