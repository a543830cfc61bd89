import { cookies } from "next/headers";
import { changePasswordInput, setPasswordInput } from "@/lib/contracts/account-input";
import { changePassword, setFirstPassword } from "@/lib/server/accounts/users/change-password";
import { ok } from "@/lib/server/http/json-response";
import { sessionCookieName, sessionCookieOptions } from "@/lib/server/http/session-cookie";
import { withAccount } from "@/lib/server/http/with-account";

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
