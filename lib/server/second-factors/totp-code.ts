import { verifySync } from "otplib";
import type { Prisma } from "../generated/prisma/client";
import { unseal } from "../seal";

const stepSeconds = 30;

/** Binds an encrypted TOTP secret to its user. */
export function totpContext(userId: string): string {
  return `totp:${userId}`;
}

/**
 * The time step of a correct code: the current step, the previous, or the next, unless it was already used. Null for
 * an incorrect code.
 * @param sealed The encrypted secret.
 */
export function matchTotpStep(
  userId: string,
  sealed: Uint8Array,
  code: string,
  lastStep: number | null,
): number | null {
  const latestStep = Math.floor(Date.now() / 1000 / stepSeconds) + 1;
  // Another instance's clock may be ahead; otplib rejects steps in the future.
  const used = lastStep === null ? {} : { afterTimeStep: Math.min(lastStep, latestStep) };
  const secret = unseal(sealed, totpContext(userId)).toString();
  const result = verifySync({ secret, token: code, epochTolerance: stepSeconds, ...used });
  return result.valid && "timeStep" in result ? result.timeStep : null;
}

/**
 * Uses up an authenticator code, once across all instances, by compare-and-set on the time step (S12).
 * @returns Whether the code was correct and unused.
 */
export async function takeTotpCode(
  transaction: Prisma.TransactionClient,
  userId: string,
  code: string,
): Promise<boolean> {
  const factor = await transaction.totpFactor.findUnique({ where: { userId } });
  if (!factor?.confirmedAt) return false;
  const step = matchTotpStep(userId, factor.secret, code, factor.lastStep);
  if (step === null) return false;
  const { count } = await transaction.totpFactor.updateMany({
    where: {
      userId,
      secret: factor.secret,
      confirmedAt: { not: null },
      OR: [{ lastStep: null }, { lastStep: { lt: step } }],
    },
    data: { lastStep: step },
  });
  if (count === 1) return true;
  // `secrets rotate` may have encrypted the same secret again since it was read.
  const now = await transaction.totpFactor.findUnique({ where: { userId } });
  const isSealedAgain = now !== null && !Buffer.from(now.secret).equals(factor.secret);
  return isSealedAgain && takeTotpCode(transaction, userId, code);
}
