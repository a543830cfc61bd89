import type { SecondFactorInput } from "@/lib/contracts/account-input";
import { AppError } from "@/lib/contracts/app-error";
import type { Origin } from "../actor";
import type { Prisma } from "../generated/prisma/client";
import { recordSignInAttempt } from "../logs/record-sign-in-attempt";
import { db } from "../runtime";
import type { Proof } from "../sessions/proof";
import { type CurrentSession, renewSessionToken } from "../sessions/session-store";
import { sha256 } from "../sha256";
import { checkAssertion } from "./check-assertion";
import { type CodeKind, countCodeAttempt, forgiveCodeAttempts } from "./code-attempts";
import { takeEmailCode } from "./email-codes";
import { recordSecondFactorChange } from "./record-second-factor-change";
import { takeRecoveryCode } from "./recovery-codes";
import { takeTotpCode } from "./totp-code";

const wrongCodesAllowed = 5;

type Outcome = { passed: string } | { wrong: "retry" | "final" };

/**
 * Completes the second factor of a sign-in. Each answer is written to the access log before the response. The fifth
 * wrong answer ends the session (S13).
 * @returns The session's new token.
 * @throws AppError `incorrect_code`, `passkey_refused`; `not_signed_in` after the fifth wrong answer;
 * `too_many_attempts`; `conflict` if the session needs no second factor.
 */
export async function completeSecondFactor(
  session: CurrentSession,
  token: string,
  answer: SecondFactorInput,
  origin: Origin,
): Promise<string> {
  if (!session.needsSecondFactor) throw new AppError("conflict", "You're already signed in.");
  // Passkeys can't be guessed, and guesses at codes must not lock out a passkey's owner (S08).
  const kind = kindOf(answer);
  if (kind) await countCodeAttempt(session.userId, kind, origin);
  const outcome = await db().$transaction((transaction) =>
    judge(transaction, session, token, answer, origin),
  );
  if ("passed" in outcome) {
    if (kind) await forgiveCodeAttempts(session.userId, kind, origin);
    await recordSignInAttempt({ id: session.userId }, "second_step_passed", origin);
    return outcome.passed;
  }
  const refusal = answer.passkey ? "passkey_refused" : "incorrect_code";
  await recordSignInAttempt({ id: session.userId }, refusal, origin);
  throw outcome.wrong === "retry"
    ? new AppError(refusal)
    : new AppError("not_signed_in", "Too many wrong answers. Sign in again.");
}

function kindOf({ passkey, emailCode, code }: SecondFactorInput): CodeKind | null {
  if (passkey) return null;
  if (emailCode !== undefined) return "email";
  return code === undefined ? "recovery" : "authenticator";
}

/**
 * The row lock serializes a session's answers, so that none is checked concurrently with the fifth wrong answer or
 * the correct one.
 */
async function judge(
  transaction: Prisma.TransactionClient,
  session: CurrentSession,
  token: string,
  answer: SecondFactorInput,
  origin: Origin,
): Promise<Outcome> {
  const [row] = await transaction.$queryRaw<{ wrongCodes: number }[]>`
    SELECT wrong_codes AS "wrongCodes" FROM sessions
    WHERE token_hash = ${sha256(token)} AND owes_second_step FOR UPDATE`;
  if (!row) throw new AppError("not_signed_in");
  if (await isRight(transaction, session, answer, origin)) {
    const renewed = await renewSessionToken(token, proofOf(answer), transaction);
    if (!renewed) throw new AppError("not_signed_in");
    return { passed: renewed };
  }
  if (row.wrongCodes + 1 >= wrongCodesAllowed) {
    await transaction.session.delete({ where: { id: session.id } });
    return { wrong: "final" };
  }
  await transaction.session.update({ where: { id: session.id }, data: { wrongCodes: { increment: 1 } } });
  return { wrong: "retry" };
}

async function isRight(
  transaction: Prisma.TransactionClient,
  session: CurrentSession,
  { code, recoveryCode, passkey, emailCode }: SecondFactorInput,
  origin: Origin,
): Promise<boolean> {
  if (passkey) {
    const question = { purpose: "second_step", boundTo: session.id, userId: session.userId } as const;
    return (await checkAssertion(passkey, question, transaction)).passed;
  }
  if (emailCode !== undefined) return takeEmailCode(transaction, session, emailCode);
  if (code !== undefined) return takeTotpCode(transaction, session.userId, code);
  if (recoveryCode === undefined || !(await takeRecoveryCode(transaction, session.userId, recoveryCode)))
    return false;
  await recordSecondFactorChange(transaction, session, "account.recovery_code_used", origin);
  return true;
}

/** An email code doesn't confirm the person's identity (decision 011), so the time of the last confirmation stays. */
function proofOf({ passkey, code, recoveryCode }: SecondFactorInput): Proof | null {
  if (passkey) return { by: "passkey", at: "now" };
  if (code !== undefined) return { by: "authenticator", at: "now" };
  return recoveryCode === undefined ? null : { by: "recovery_code", at: "now" };
}
