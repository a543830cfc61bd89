import { generateSecret, generateURI } from "otplib";
import { toString as drawQrCode } from "qrcode";
import type { AuthenticatorSetup, TwoStepState } from "@/lib/contracts/account";
import { AppError, invalidField } from "@/lib/contracts/app-error";
import type { Origin } from "../actor";
import { db, runtime } from "../runtime";
import { seal } from "../seal";
import { confirmInSession } from "../sessions/confirm-in-session";
import type { CurrentSession } from "../sessions/session-store";
import { lockSessionUser } from "../sessions/sign-in-methods";
import { recordSecondFactorChange } from "./record-second-factor-change";
import { deleteCodesWithLastFactor, prepareNewSecondFactor } from "./recovery-codes";
import { matchTotpStep, takeTotpCode, totpContext } from "./totp-code";

export async function getTwoStepState(userId: string): Promise<TwoStepState> {
  const [authenticators, passkeys, emailCodes, recoveryCodesLeft] = await Promise.all([
    db().totpFactor.count({ where: { userId, confirmedAt: { not: null } } }),
    db().passkey.count({ where: { userId } }),
    db().user.count({ where: { id: userId, emailCodesAt: { not: null } } }),
    db().recoveryCode.count({ where: { userId, usedAt: null } }),
  ]);
  return { authenticator: authenticators > 0, passkeys, emailCodes: emailCodes > 0, recoveryCodesLeft };
}

/** Creates a secret for an authenticator app, replacing an unconfirmed one. It has no effect until confirmed with a code. */
export async function beginAuthenticatorSetup(session: CurrentSession): Promise<AuthenticatorSetup> {
  const { userId, email } = session;
  const secret = generateSecret();
  const sealed = Uint8Array.from(seal(Buffer.from(secret), totpContext(userId)));
  // Compare and set: a confirmed secret is never replaced, not even by a concurrent setup.
  const count = await db().$transaction(async (transaction) => {
    await lockSessionUser(transaction, session);
    return transaction.$executeRaw`
      INSERT INTO totp_factors (user_id, secret) VALUES (${userId}, ${sealed})
      ON CONFLICT (user_id) DO UPDATE SET secret = EXCLUDED.secret, last_step = NULL, created_at = now()
      WHERE totp_factors.confirmed_at IS NULL`;
  });
  if (count === 0)
    throw new AppError("conflict", "An authenticator app is already set up. Turn it off first.");
  const uri = generateURI({ issuer: runtime().env.productName, label: email, secret });
  const svg = await drawQrCode(uri, { type: "svg", errorCorrectionLevel: "M", margin: 2 });
  return { secret, qrCode: `data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}` };
}

/**
 * Turns on the authenticator app with its first code.
 * @returns New recovery codes, shown only once. Empty if the person has unused codes.
 */
export async function confirmAuthenticator(
  session: CurrentSession,
  code: string,
  origin: Origin,
): Promise<string[]> {
  const { userId } = session;
  return db().$transaction(async (transaction) => {
    await lockSessionUser(transaction, session);
    const factor = await transaction.totpFactor.findUnique({ where: { userId } });
    if (!factor || factor.confirmedAt)
      throw new AppError("conflict", "There is no authenticator app to turn on. Start again.");
    const step = matchTotpStep(userId, factor.secret, code, null);
    if (step === null)
      throw invalidField("code", "This code is incorrect. Enter the next code from the app.");
    const codes = await prepareNewSecondFactor(transaction, session);
    const { count } = await transaction.totpFactor.updateMany({
      where: { userId, secret: factor.secret, confirmedAt: null },
      data: { confirmedAt: new Date(), lastStep: step },
    });
    if (count === 0) throw new AppError("conflict", "Setup was restarted in the meantime. Start again.");
    await recordSecondFactorChange(transaction, session, "account.authenticator_set_up", origin);
    return codes;
  });
}

/** Turns off the authenticator app. If it was the last second factor, the recovery codes are deleted too. */
export async function turnOffAuthenticator(session: CurrentSession, origin: Origin): Promise<void> {
  const { userId } = session;
  await db().$transaction(async (transaction) => {
    await lockSessionUser(transaction, session);
    const { count } = await transaction.totpFactor.deleteMany({
      where: { userId, confirmedAt: { not: null } },
    });
    if (count === 0) throw new AppError("conflict", "No authenticator app is set up.");
    await deleteCodesWithLastFactor(transaction, userId);
    await recordSecondFactorChange(transaction, session, "account.authenticator_turned_off", origin);
  });
}

/**
 * Confirms a signed-in person's identity with their authenticator app.
 * @throws AppError `incorrect_code`, and those of confirmInSession.
 */
export async function confirmAuthenticatorCode(
  session: CurrentSession,
  code: string,
  origin: Origin,
): Promise<void> {
  await confirmInSession(session, origin, async () => {
    const right = await db().$transaction((transaction) => takeTotpCode(transaction, session.userId, code));
    if (!right) throw new AppError("incorrect_code");
  });
}
