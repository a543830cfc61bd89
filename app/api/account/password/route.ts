import { changePasswordInput, setPasswordInput } from "@/lib/contracts/account-input";
import { ok } from "@/lib/server/http/json-response";
import { withAccount } from "@/lib/server/http/with-account";
import { changePassword } from "@/lib/server/users/account";
import { setFirstPassword } from "@/lib/server/users/set-first-password";

export const POST = withAccount({ body: changePasswordInput }, async ({ session, body, origin }) => {
  await changePassword(session, body.currentPassword, body.newPassword, origin);
  return ok({});
});

const first = { body: setPasswordInput, recentAuthentication: true };

export const PUT = withAccount(first, async ({ session, body, origin }) => {
  await setFirstPassword(session, body.newPassword, origin);
  return ok({});
});
