import { emailInput } from "@/lib/contracts/account-input";
import { accepted } from "@/lib/server/http/json-response";
import { withAccount } from "@/lib/server/http/with-account";
import { requestAddressChange } from "@/lib/server/users/email-address";

const options = { body: emailInput, recentAuthentication: true };

export const POST = withAccount(options, async ({ session, body, origin }) => {
  await requestAddressChange(session, body.email, origin);
  return accepted();
});
