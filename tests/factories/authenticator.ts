import { generateSecret, generateSync } from "otplib";
import { db } from "@/lib/server/runtime";
import { seal } from "@/lib/server/seal";
import { replaceRecoveryCodes } from "@/lib/server/second-factors/recovery-codes";
import { totpContext } from "@/lib/server/second-factors/totp-code";
import { createSession } from "@/lib/server/sessions/session-store";
import { nowhere } from "./factories";

/** What the app of a person shows now, or as many steps of thirty seconds from now. */
export type Authenticator = {
  secret: string;
  recoveryCodes: string[];
  code: (stepsFromNow?: number) => string;
};

/** Gives a person an authenticator app that is turned on, and its recovery codes. */
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

/** A browser whose person has entered the password and owes the second step, as the Cookie header it sends. */
export async function makeOwingCookie(userId: string): Promise<string> {
  return `keyward.session=${(await createSession(userId, nowhere, { by: "password", at: "now" }, true)).token}`;
}

/** The session cookie that an answer sets, as the next request sends it. */
export function newCookie(headers: Headers): string | undefined {
  return headers
    .getSetCookie()
    .find((one) => one.startsWith("keyward.session="))
    ?.split(";")[0];
}
