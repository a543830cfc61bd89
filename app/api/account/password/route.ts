import { changePasswordInput } from "@/lib/contracts/account-input";
import { ok } from "@/lib/server/http/json-response";
import { withAccount } from "@/lib/server/http/with-account";
import { changePassword } from "@/lib/server/users/account";

export const POST = withAccount({ body: changePasswordInput }, async ({ session, body, origin }) => {
  await changePassword(session, body.currentPassword, body.newPassword, origin);
  return ok({});
});
