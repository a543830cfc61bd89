import { linkWithPasswordInput } from "@/lib/contracts/account-input";
import { resetPassword } from "@/lib/server/accounts/users/reset-password";
import { ok } from "@/lib/server/http/json-response";
import { publicRoute } from "@/lib/server/http/with-account";

export const POST = publicRoute({ body: linkWithPasswordInput }, async ({ body, origin }) => {
  await resetPassword(body.token, body.password, origin);
  return ok({});
});
