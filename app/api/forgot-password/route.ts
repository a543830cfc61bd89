import { emailInput } from "@/lib/contracts/account-input";
import { accepted } from "@/lib/server/http/json-response";
import { withVisitor } from "@/lib/server/http/with-account";
import { requestPasswordReset } from "@/lib/server/users/reset-password";

export const POST = withVisitor({ body: emailInput }, async ({ body, origin }) => {
  await requestPasswordReset(body.email, origin);
  return accepted();
});
