import { emailInput } from "@/lib/contracts/account-input";
import { requestAddressChange } from "@/lib/server/accounts/users/email-address";
import { accepted } from "@/lib/server/http/json-response";
import { withAccount } from "@/lib/server/http/with-account";

const options = { body: emailInput, recentAuthentication: true };

export const POST = withAccount(options, async ({ session, body, origin }) => {
  await requestAddressChange(session, body.email, origin);
  return accepted();
});
