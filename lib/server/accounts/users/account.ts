import type { Account } from "@/lib/contracts/account";
import type { UpdateProfileInput } from "@/lib/contracts/account-input";
import { AppError } from "@/lib/contracts/app-error";
import type { Origin } from "../../actor";
import { changesBetween } from "../../audit/changes-between";
import { recordAccountEvent } from "../../audit/record-audit-event";
import { db } from "../../runtime";
import { findConfirmingProviders } from "../../sessions/confirm-with-identity";
import { lockUser } from "../../sessions/lock-user";
import { personOf, picturePath } from "../../sessions/person";
import type { CurrentSession } from "../../sessions/session-store";
import { findMemberships } from "../../workspaces/members/find-memberships";

/** The account and its workspaces, the last used one first. */
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

/** Omitted fields stay unchanged. */
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
    const details = changesBetween(before, user, ["timeZone", "theme"]);
    await recordAccountEvent(transaction, user, "account.preferences_changed", origin, { details });
  });
}

async function renameAccount(userId: string, name: string, origin: Origin): Promise<void> {
  await db().$transaction(async (transaction) => {
    await lockUser(transaction, userId);
    const before = await transaction.user.findUniqueOrThrow({ where: { id: userId } });
    if (before.name === name) return;
    const user = await transaction.user.update({ where: { id: userId }, data: { name } });
    const details = changesBetween(before, user, ["name"]);
    await recordAccountEvent(transaction, user, "account.renamed", origin, { details });
  });
}
