import { cookies } from "next/headers";
import { changePasswordInput, setPasswordInput } from "@/lib/contracts/account-input";
import { sessionCookieName, sessionCookieOptions } from "@/lib/server/auth/session-cookie";
import { ok } from "@/lib/server/http/json-response";
import { withAccount } from "@/lib/server/http/with-account";
import { changePassword } from "@/lib/server/users/account";
import { setFirstPassword } from "@/lib/server/users/set-first-password";

export const POST = withAccount({ body: changePasswordInput }, async ({ session, token, body, origin }) => {
  const renewed = await changePassword(session, token, body.currentPassword, body.newPassword, origin);
  (await cookies()).set(sessionCookieName(), renewed, sessionCookieOptions(session.expiresAt));
  return ok({});
});

const first = { body: setPasswordInput, recentAuthentication: true };

export const PUT = withAccount(first, async ({ session, body, origin }) => {
  await setFirstPassword(session, body.newPassword, origin);
  return ok({});
});
