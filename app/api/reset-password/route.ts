import { linkWithPasswordInput } from "@/lib/contracts/account-input";
import { ok } from "@/lib/server/http/json-response";
import { withVisitor } from "@/lib/server/http/with-account";
import { resetPassword } from "@/lib/server/users/reset-password";

export const POST = withVisitor({ body: linkWithPasswordInput }, async ({ body, origin }) => {
  await resetPassword(body.token, body.password, origin);
  return ok({});
});
