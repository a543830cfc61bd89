import { randomBytes } from "node:crypto";
import { AppError } from "@/lib/contracts/app-error";
import type { Origin } from "../actor";
import type { Prisma } from "../generated/prisma/client";
import { db } from "../runtime";
import { hasSecondFactor } from "../sessions/has-second-factor";
import type { CurrentSession } from "../sessions/session-store";
import { lockSessionUser } from "../sessions/sign-in-methods";
import { sha256 } from "../sha256";
import { recordSecondFactorChange } from "./record-second-factor-change";

const codeCount = 10;
/** Crockford's base32, which has no letters that look like digits. */
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

/** Replaces all recovery codes with ten new ones. They are returned only once and stored as hashes. */
export async function renewRecoveryCodes(session: CurrentSession, origin: Origin): Promise<string[]> {
  return db().$transaction(async (transaction) => {
    await lockSessionUser(transaction, session);
    if (!(await hasSecondFactor(session.userId, transaction)))
      throw new AppError("conflict", "Set up two-step verification first.");
    const codes = await replaceRecoveryCodes(transaction, session.userId);
    await recordSecondFactorChange(transaction, session, "account.recovery_codes_made", origin);
    return codes;
  });
}

/**
 * Prepares for adding a second factor. Before the first one, ends all other sessions: they were started with the
 * password alone, and may be an attacker's. Call it under the lock on the user's row, before adding the factor.
 * @returns New recovery codes, if the person has no unused ones.
 */
export async function prepareNewSecondFactor(
  transaction: Prisma.TransactionClient,
  { id, userId }: CurrentSession,
): Promise<string[]> {
  if (!(await hasSecondFactor(userId, transaction)))
    await transaction.session.deleteMany({ where: { userId, id: { not: id } } });
  const left = await transaction.recoveryCode.count({ where: { userId, usedAt: null } });
  return left > 0 ? [] : replaceRecoveryCodes(transaction, userId);
}

/** Deletes the recovery codes if no second factor is left. */
export async function deleteCodesWithLastFactor(
  transaction: Prisma.TransactionClient,
  userId: string,
): Promise<void> {
  if (!(await hasSecondFactor(userId, transaction)))
    await transaction.recoveryCode.deleteMany({ where: { userId } });
}

export async function replaceRecoveryCodes(
  transaction: Prisma.TransactionClient,
  userId: string,
): Promise<string[]> {
  const codes = Array.from({ length: codeCount }, newRecoveryCode);
  await transaction.recoveryCode.deleteMany({ where: { userId } });
  await transaction.recoveryCode.createMany({
    data: codes.map((code) => ({ userId, codeHash: hashRecoveryCode(code) })),
  });
  return codes;
}

/** Uses up a code. Of concurrent attempts, only one succeeds (S16). */
export async function takeRecoveryCode(
  transaction: Prisma.TransactionClient,
  userId: string,
  code: string,
): Promise<boolean> {
  const { count } = await transaction.recoveryCode.updateMany({
    where: { userId, codeHash: hashRecoveryCode(code), usedAt: null },
    data: { usedAt: new Date() },
  });
  return count === 1;
}

/** 80 random bits as `xxxx-xxxx-xxxx-xxxx`. */
function newRecoveryCode(): string {
  const letters = Array.from(randomBytes(16), (byte) => alphabet[byte & 31]).join("");
  return (letters.match(/.{4}/g) as string[]).join("-");
}

/**
 * SHA-256 is enough: unlike passwords, codes with 80 random bits can't be found by trying. Accepts any case, optional
 * dashes, o for 0, and i or l for 1.
 */
function hashRecoveryCode(code: string): Uint8Array<ArrayBuffer> {
  const plain = code.toLowerCase().replace(/[\s-]/g, "").replace(/o/g, "0").replace(/[il]/g, "1");
  return sha256(plain);
}
