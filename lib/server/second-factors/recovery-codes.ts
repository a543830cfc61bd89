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
/** Crockford's base 32: no letter in it is read for a digit. */
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

/** Ten new codes in place of all before. They are returned this once, and stored as hashes. */
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
 * What comes with a new second step. With the first one every other session ends: it was begun without, and may be a stranger's.
 * To be called before the step is there, under the lock on the person's row.
 * @returns Recovery codes for who has none that are unused, and nothing for who has.
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

/** They open what no second step closes: they end with the last. */
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

/** Uses up a code. Of several that try at once, one does (S16). */
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
 * SHA-256 and no slow hash: a code has 80 random bits, so that whoever has the hashes cannot find one by trying, as they
 * could a password. Read as it may be typed: any case, with or without dashes, o for 0, i and l for 1.
 */
function hashRecoveryCode(code: string): Uint8Array<ArrayBuffer> {
  const plain = code.toLowerCase().replace(/[\s-]/g, "").replace(/o/g, "0").replace(/[il]/g, "1");
  return sha256(plain);
}
