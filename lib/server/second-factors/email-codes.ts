import { createHmac, randomInt } from "node:crypto";
import { AppError } from "@/lib/contracts/app-error";
import type { Origin } from "../actor";
import { Prisma } from "../generated/prisma/client";
import { queueMail } from "../mail/queue-mail";
import { requireMailServer } from "../mail/require-mail-server";
import { db, runtime } from "../runtime";
import type { CurrentSession } from "../sessions/session-store";
import { lockSessionUser } from "../sessions/sign-in-methods";
import { recordSecondFactorChange } from "./record-second-factor-change";
import { deleteCodesWithLastFactor, prepareNewSecondFactor } from "./recovery-codes";

const lifetimeMinutes = 10;

/**
 * Turns on email codes as a second factor. Requires a verified address.
 * @returns The recovery codes that come with it, this once; none where the person has some already.
 */
export async function turnOnEmailCodes(session: CurrentSession, origin: Origin): Promise<string[]> {
  const { userId } = session;
  requireMailServer("This server sends no email, so email codes aren't available.");
  return db().$transaction(async (transaction) => {
    await lockSessionUser(transaction, session);
    const codes = await prepareNewSecondFactor(transaction, session);
    const { count } = await transaction.user.updateMany({
      where: { id: userId, emailCodesAt: null, emailVerifiedAt: { not: null } },
      data: { emailCodesAt: new Date() },
    });
    if (count === 0) throw await whyUnavailable(transaction, userId);
    await recordSecondFactorChange(transaction, session, "account.email_codes_turned_on", origin);
    return codes;
  });
}

async function whyUnavailable(transaction: Prisma.TransactionClient, id: string): Promise<AppError> {
  const isOn = (await transaction.user.count({ where: { id, emailCodesAt: { not: null } } })) > 0;
  return new AppError(
    "conflict",
    isOn ? "Email codes are already on." : "Verify your email address first, on your Profile page.",
  );
}

export async function turnOffEmailCodes(session: CurrentSession, origin: Origin): Promise<void> {
  const { userId } = session;
  await db().$transaction(async (transaction) => {
    await lockSessionUser(transaction, session);
    const { count } = await transaction.user.updateMany({
      where: { id: userId, emailCodesAt: { not: null } },
      data: { emailCodesAt: null },
    });
    if (count === 0) throw new AppError("conflict", "Email codes are already off.");
    await deleteCodesWithLastFactor(transaction, userId);
    await recordSecondFactorChange(transaction, session, "account.email_codes_turned_off", origin);
  });
}

/**
 * Mails a code for this session's second factor, replacing an earlier code.
 * @throws AppError `conflict` if the session needs no second factor or email codes are off; `too_many_attempts`
 */
export async function mailCode(session: CurrentSession): Promise<void> {
  const { userId, email, needsSecondFactor } = session;
  if (!needsSecondFactor) throw new AppError("conflict", "You are signed in already.");
  const isOn = { id: userId, email, emailCodesAt: { not: null } };
  if ((await db().user.count({ where: isOn })) === 0)
    throw new AppError("conflict", "Email codes aren't turned on for your account.");
  requireMailServer(
    "This server sends no email. Use a recovery code, or ask its operator to reset two-step verification.",
  );
  // A separate count: emails that anyone can request, such as password resets, must not use up these.
  if (!(await runtime().mailThrottle.mayMail(userId, "second_step")))
    throw new AppError("too_many_attempts", "Too many codes were sent. Try again in an hour.");
  const code = String(randomInt(1_000_000)).padStart(6, "0");
  const { productName } = runtime().env;
  await db().$transaction(async (transaction) => {
    await transaction.$executeRaw`
      INSERT INTO email_codes (session_id, code_hash, expires_at)
      VALUES (${session.id}, ${hashesOf(session.id, code)[0]}, now() + make_interval(mins => ${lifetimeMinutes}))
      ON CONFLICT (session_id) DO UPDATE SET code_hash = EXCLUDED.code_hash, expires_at = EXCLUDED.expires_at`;
    await queueMail(transaction, {
      to: email,
      subject: "Your sign-in code",
      paragraphs: [
        `Your code is ${code.slice(0, 3)} ${code.slice(3)}. It works once, for ${lifetimeMinutes} minutes, in the browser where you are signing in to ${productName}.`,
        "If you aren't signing in, someone knows your password. Change it, and don't share this code.",
      ],
    });
  });
}

/** Uses up the session's code. Of concurrent attempts, only one succeeds (S15). */
export async function takeEmailCode(
  transaction: Prisma.TransactionClient,
  { id, userId }: CurrentSession,
  code: string,
): Promise<boolean> {
  const count = await transaction.$executeRaw`
    DELETE FROM email_codes USING users
    WHERE email_codes.session_id = ${id} AND email_codes.code_hash IN (${Prisma.join(hashesOf(id, code))}) AND email_codes.expires_at > now()
      AND users.id = ${userId} AND users.email_codes_at IS NOT NULL`;
  return count === 1;
}

/** Keyed, because a plain hash of six digits can be reversed quickly. With AUTH_SECRET first, and then with the previous one. */
function hashesOf(sessionId: string, code: string): Uint8Array<ArrayBuffer>[] {
  return runtime().authSecrets.map((secret) =>
    Uint8Array.from(createHmac("sha256", secret).update(`email-code:${sessionId}:${code}`).digest()),
  );
}
