import { emailInput } from "@/lib/contracts/account-input";
import { requestPasswordReset } from "@/lib/server/accounts/users/reset-password";
import { accepted } from "@/lib/server/http/json-response";
import { publicRoute } from "@/lib/server/http/with-account";

export const POST = publicRoute({ body: emailInput }, async ({ body, origin }) => {
  await requestPasswordReset(body.email, origin);
  return accepted();
});
