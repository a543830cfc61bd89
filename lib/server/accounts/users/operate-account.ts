import type { AccountAction } from "@/lib/contracts/account-actions";
import { AppError } from "@/lib/contracts/app-error";
import type { Origin } from "../../actor";
import { systemActor } from "../../actor";
import { operator, recordAccountEvent, recordAuditEvent } from "../../audit/record-audit-event";
import type { Prisma } from "../../generated/prisma/client";
import { lockNewKeys } from "../../keys/require-room-for-key";
import { notifyPasswordChanged, notifySecondFactorChanged } from "../../mail/security-notices";
import { db, runtime } from "../../runtime";
import { forgiveAllCodeAttempts } from "../../second-factors/code-attempts";
import { deleteLinksOf } from "../../sessions/mailed-link";
import { type Person, personOf } from "../../sessions/person";
import { applyKeyDecisions } from "../../workspaces/members/apply-key-decisions";
import { lockWorkspacesOf } from "../../workspaces/members/lock-members";
import { findManagingKeysMade } from "../../workspaces/members/managing-keys-made";
import { newPasswordHash } from "./sign-up";

type Transaction = Prisma.TransactionClient;

const origin: Origin = { ip: null, userAgent: "keyward", requestId: null };

/** A person by email address. @throws AppError `not_found` */
export async function requirePerson(email: string): Promise<Person> {
  const user = await db().user.findUnique({ where: { email: email.trim().toLowerCase() } });
  if (!user) throw new AppError("not_found", `There is no account with the email address ${email}.`);
  return personOf(user);
}

/**
 * Sets a new password for a person. Ends their sessions and mailed links, and resets the counts of failed sign-ins.
 * Two-step verification stays.
 * @throws AppError `invalid_request` naming `password`
 */
export async function resetPasswordByOperator(person: Person, password: string): Promise<void> {
  const passwordHash = await newPasswordHash(password);
  await db().$transaction(async (transaction) => {
    await transaction.user.update({ where: { id: person.id }, data: { passwordHash } });
    await deleteLinksOf(transaction, person.id);
    await transaction.session.deleteMany({ where: { userId: person.id } });
    await recordChange(transaction, person, "account.password_reset");
    await notifyPasswordChanged(transaction, person, origin);
  });
  await Promise.all([
    runtime().signInThrottle.forgiveAccount(person.email),
    forgiveAllCodeAttempts(person.id),
  ]);
}

/** Removes all second factors of a person, recovery codes included, and ends their sessions. The password stays. */
export async function resetTwoStepByOperator(person: Person): Promise<void> {
  await db().$transaction(async (transaction) => {
    const { id: userId } = person;
    await transaction.user.update({ where: { id: userId }, data: { emailCodesAt: null } });
    await transaction.totpFactor.deleteMany({ where: { userId } });
    await transaction.passkey.deleteMany({ where: { userId } });
    await transaction.recoveryCode.deleteMany({ where: { userId } });
    await transaction.session.deleteMany({ where: { userId } });
    await recordChange(transaction, person, "account.two_step_reset");
    await notifySecondFactorChanged(
      transaction,
      person,
      "the operator of this server reset two-step verification",
    );
  });
}

/** @returns How many sessions ended. */
export async function endSessionsByOperator(person: Person): Promise<number> {
  return db().$transaction(async (transaction) => {
    const { count } = await transaction.session.deleteMany({ where: { userId: person.id } });
    if (count > 0) await recordChange(transaction, person, "session.revoked");
    return count;
  });
}

/**
 * Disables an account. The person can't sign in, their sessions end, and they are suspended in every workspace. Every
 * instance answers `disabled_key` for their keys from the moment this returns.
 * @param managingKeys What to do with other members' managing keys that the person created, if any.
 * @returns Names of workspaces without an active owner.
 * @throws AppError `undecided_keys`
 */
export async function disableAccount(
  person: Person,
  managingKeys: "keep" | "revoke" | undefined,
): Promise<string[]> {
  const ownerless = await db().$transaction(async (transaction) => {
    const workspaces = await lockWorkspacesOf(transaction, person.id);
    // Use one timestamp for all: enableAccount lifts exactly the suspensions with this timestamp.
    const disabledAt = new Date();
    const { count } = await transaction.user.updateMany({
      where: { id: person.id, disabledAt: null },
      data: { disabledAt },
    });
    await transaction.session.deleteMany({ where: { userId: person.id } });
    if (count === 0) return [];
    await deleteLinksOf(transaction, person.id);
    for (const workspaceId of workspaces)
      await applyManagingKeyDecisions(transaction, workspaceId, person, managingKeys);
    await setSuspensions(transaction, person, workspaces, { from: null, to: disabledAt });
    await recordChange(transaction, person, "account.disabled");
    return findOwnerless(transaction, workspaces);
  });
  await runtime().engine.rejections.waitUntilRejectedEverywhere();
  return ownerless;
}

/** Undoes disableAccount. Earlier suspensions by admins stay. */
export async function enableAccount(person: Person): Promise<void> {
  await db().$transaction(async (transaction) => {
    const workspaces = await lockWorkspacesOf(transaction, person.id);
    const { disabledAt } = await transaction.user.findUniqueOrThrow({ where: { id: person.id } });
    if (!disabledAt) return;
    await transaction.user.update({ where: { id: person.id }, data: { disabledAt: null } });
    await setSuspensions(transaction, person, workspaces, { from: disabledAt, to: null });
    await recordChange(transaction, person, "account.enabled");
  });
  await runtime().engine.rejections.waitBriefly();
}

/** Skips workspaces where the person was already suspended: their keys were dealt with then. */
async function applyManagingKeyDecisions(
  transaction: Transaction,
  workspaceId: string,
  { id: userId }: Person,
  managingKeys: "keep" | "revoke" | undefined,
): Promise<void> {
  const where = { workspaceId_userId: { workspaceId, userId }, suspendedAt: null };
  const member = await transaction.member.findUnique({ where, include: { user: true } });
  if (!member) return;
  await lockNewKeys(transaction, workspaceId);
  const kept = managingKeys === "keep" ? await findManagingKeysMade(transaction, member) : [];
  await applyKeyDecisions(transaction, systemActor(workspaceId, operator.name), member, "was suspended", {
    transfers: kept.map(({ id, ownerId }) => ({ keyId: id, userId: ownerId })),
    revocations: [],
    ...(managingKeys === "revoke" && { otherKeys: "revoke" }),
  });
}

async function setSuspensions(
  transaction: Transaction,
  { id: userId, name }: Person,
  workspaces: string[],
  { from, to }: { from: Date | null; to: Date | null },
): Promise<void> {
  for (const workspaceId of workspaces) {
    const { count } = await transaction.member.updateMany({
      where: { workspaceId, userId, suspendedAt: from },
      data: { suspendedAt: to },
    });
    if (count === 0) continue;
    const action = to ? "member.suspended" : "member.reinstated";
    const target = { type: "member", id: userId, name } as const;
    await recordAuditEvent(transaction, systemActor(workspaceId, operator.name), action, target);
  }
}

async function findOwnerless(transaction: Transaction, workspaces: string[]): Promise<string[]> {
  const rows = await transaction.workspace.findMany({
    where: { id: { in: workspaces }, members: { none: { role: "owner", suspendedAt: null } } },
    select: { name: true },
  });
  return rows.map(({ name }) => name);
}

async function recordChange(transaction: Transaction, person: Person, action: AccountAction): Promise<void> {
  await recordAccountEvent(transaction, person, action, origin, { by: operator });
}
