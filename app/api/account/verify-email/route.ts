import { requestVerification } from "@/lib/server/accounts/users/email-address";
import { accepted } from "@/lib/server/http/json-response";
import { withAccount } from "@/lib/server/http/with-account";

export const POST = withAccount({}, async ({ session }) => {
  await requestVerification(session);
  return accepted();
});
