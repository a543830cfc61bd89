import { cookies } from "next/headers";
import { type ReauthenticateInput, reauthenticateInput } from "@/lib/contracts/account-input";
import { AppError } from "@/lib/contracts/app-error";
import { confirmPassword } from "@/lib/server/accounts/users/check-password";
import type { Origin } from "@/lib/server/actor";
import { ok } from "@/lib/server/http/json-response";
import { sessionCookieName, sessionCookieOptions } from "@/lib/server/http/session-cookie";
import { withAccount } from "@/lib/server/http/with-account";
import { confirmAuthenticatorCode } from "@/lib/server/second-factors/authenticator";
import { reauthenticateByPasskey } from "@/lib/server/second-factors/use-passkey";
import type { Proof } from "@/lib/server/sessions/proof";
import { type CurrentSession, renewSessionToken } from "@/lib/server/sessions/session-store";

export const POST = withAccount({ body: reauthenticateInput }, async ({ session, token, body, origin }) => {
  const renewed = await renewSessionToken(token, { by: await prove(session, body, origin), at: "now" });
  if (!renewed) throw new AppError("not_signed_in");
  (await cookies()).set(sessionCookieName(), renewed, sessionCookieOptions(session.expiresAt));
  return ok({});
});

async function prove(
  session: CurrentSession,
  { code, passkey, password = "" }: ReauthenticateInput,
  origin: Origin,
): Promise<Proof["by"]> {
  if (code !== undefined) {
    await confirmAuthenticatorCode(session, code, origin);
    return "authenticator";
  }
  if (passkey) {
    await reauthenticateByPasskey(session, passkey, origin);
    return "passkey";
  }
  await confirmPassword(session, password, origin);
  return "password";
}
