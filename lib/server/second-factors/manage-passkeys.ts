import { AppError } from "@/lib/contracts/app-error";
import type { PasskeyView } from "@/lib/contracts/passkeys";
import type { Origin } from "../actor";
import type { Passkey } from "../generated/prisma/client";
import { db } from "../runtime";
import type { CurrentSession } from "../sessions/session-store";
import { lockSessionUser, requireSignInMethod } from "../sessions/sign-in-methods";
import { recordSecondFactorChange } from "./record-second-factor-change";
import { deleteCodesWithLastFactor } from "./recovery-codes";

/** The person's passkeys, oldest first. */
export async function listPasskeys(userId: string): Promise<PasskeyView[]> {
  const rows = await db().passkey.findMany({ where: { userId }, orderBy: { id: "asc" } });
  return rows.map(toPasskeyView);
}

export async function renamePasskey(
  session: CurrentSession,
  id: string,
  name: string,
  origin: Origin,
): Promise<PasskeyView> {
  const { userId } = session;
  return db().$transaction(async (transaction) => {
    await lockSessionUser(transaction, session);
    const before = await transaction.passkey.findUnique({ where: { id, userId } });
    if (!before) throw gone();
    if (before.name === name) return toPasskeyView(before);
    const passkey = await transaction.passkey.update({ where: { id, userId }, data: { name } });
    const names = { name, before: before.name };
    await recordSecondFactorChange(transaction, session, "account.passkey_renamed", origin, names);
    return toPasskeyView(passkey);
  });
}

/**
 * Removes a passkey. If it was the last second factor, the recovery codes are deleted too.
 * @throws AppError `conflict` if it is the only sign-in method.
 */
export async function removePasskey(session: CurrentSession, id: string, origin: Origin): Promise<void> {
  const { userId } = session;
  await db().$transaction(async (transaction) => {
    await lockSessionUser(transaction, session);
    const passkey = await transaction.passkey.findUnique({ where: { id, userId } });
    if (!passkey) throw gone();
    await transaction.passkey.delete({ where: { id, userId } });
    await requireSignInMethod(transaction, userId);
    await deleteCodesWithLastFactor(transaction, userId);
    await recordSecondFactorChange(transaction, session, "account.passkey_removed", origin, passkey);
  });
}

export function toPasskeyView({ id, name, backedUp, createdAt, lastUsedAt }: Passkey): PasskeyView {
  return {
    id,
    name,
    backedUp,
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
  };
}

function gone(): AppError {
  return new AppError("not_found", "Passkey not found.");
}
