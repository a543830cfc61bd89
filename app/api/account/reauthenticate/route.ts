import { cookies } from "next/headers";
import { reauthenticateInput } from "@/lib/contracts/account-input";
import { AppError } from "@/lib/server/app-error";
import { sessionCookieName, sessionCookieOptions } from "@/lib/server/auth/session-cookie";
import { ok } from "@/lib/server/http/json-response";
import { withAccount } from "@/lib/server/http/with-account";
import { reauthenticateByPasskey } from "@/lib/server/passkeys/use-passkey";
import { checkAuthenticatorCode } from "@/lib/server/second-steps/check-authenticator-code";
import { renewSessionToken } from "@/lib/server/sessions/session-store";
import { checkPassword } from "@/lib/server/users/check-password";

export const POST = withAccount({ body: reauthenticateInput }, async ({ session, token, body, origin }) => {
  if (body.code !== undefined) await checkAuthenticatorCode(session.userId, body.code, origin);
  else if (body.passkey) await reauthenticateByPasskey(session, body.passkey, origin);
  else await checkPassword(session.email, body.password ?? "", origin, "reauthenticated");
  const renewed = await renewSessionToken(token);
  if (!renewed) throw new AppError("not_signed_in");
  (await cookies()).set(sessionCookieName(), renewed, sessionCookieOptions(session.expiresAt));
  return ok({});
});
