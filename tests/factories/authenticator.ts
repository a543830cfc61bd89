import { generateSecret, generateSync } from "otplib";
import { db } from "@/lib/server/runtime";
import { seal } from "@/lib/server/seal";
import { replaceRecoveryCodes } from "@/lib/server/second-factors/recovery-codes";
import { totpContext } from "@/lib/server/second-factors/totp-code";
import { createSession } from "@/lib/server/sessions/session-store";
import { nowhere } from "./factories";

/** The code that a person's authenticator app shows now, or a number of 30-second steps from now. */
export type Authenticator = {
  secret: string;
  recoveryCodes: string[];
  code: (stepsFromNow?: number) => string;
};

/** Sets up a confirmed authenticator app and recovery codes for a person. */
export async function makeAuthenticator(userId: string): Promise<Authenticator> {
  const secret = generateSecret();
  const sealed = Uint8Array.from(seal(Buffer.from(secret), totpContext(userId)));
  await db().totpFactor.create({ data: { userId, secret: sealed, confirmedAt: new Date() } });
  const recoveryCodes = await db().$transaction((transaction) => replaceRecoveryCodes(transaction, userId));
  return { secret, recoveryCodes, code: (stepsFromNow = 0) => codeOf(secret, stepsFromNow) };
}

export function codeOf(secret: string, stepsFromNow = 0): string {
  return generateSync({ secret, epoch: Math.floor(Date.now() / 1000) + 30 * stepsFromNow });
}

/** The Cookie header of a browser that has passed the password and not yet the second step. */
export async function makeOwingCookie(userId: string): Promise<string> {
  return `keyward.session=${(await createSession(userId, nowhere, { by: "password", at: "now" }, true)).token}`;
}

/** The session cookie that a response sets, as a Cookie header. */
export function newCookie(headers: Headers): string | undefined {
  return headers
    .getSetCookie()
    .find((one) => one.startsWith("keyward.session="))
    ?.split(";")[0];
}
