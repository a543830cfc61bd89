import { verifySync } from "otplib";
import type { Prisma } from "../generated/prisma/client";
import { unseal } from "../seal";

const stepSeconds = 30;

/** What a TOTP secret is sealed for: another person's row does not open it. */
export function totpContext(userId: string): string {
  return `totp:${userId}`;
}

/**
 * The time step of a right code: the present one, the one before or the one after, and none that was used up. Null otherwise.
 * @param sealed The secret as TotpFactor keeps it.
 */
export function matchTotpStep(
  userId: string,
  sealed: Uint8Array,
  code: string,
  lastStep: number | null,
): number | null {
  const latestStep = Math.floor(Date.now() / 1000 / stepSeconds) + 1;
  // Another instance's clock may be ahead of ours; otplib takes no step that this clock cannot know yet.
  const used = lastStep === null ? {} : { afterTimeStep: Math.min(lastStep, latestStep) };
  const secret = unseal(sealed, totpContext(userId)).toString();
  const result = verifySync({ secret, token: code, epochTolerance: stepSeconds, ...used });
  return result.valid && "timeStep" in result ? result.timeStep : null;
}

/**
 * Uses up a code of the person's authenticator app, once on all instances: the step is taken by compare-and-set (S12).
 * @returns Whether it was right and nobody had used it before.
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
  return count === 1;
}
