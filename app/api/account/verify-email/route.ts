import { accepted } from "@/lib/server/http/json-response";
import { withAccount } from "@/lib/server/http/with-account";
import { requestVerification } from "@/lib/server/users/email-address";

export const POST = withAccount({}, async ({ session }) => {
  await requestVerification(session);
  return accepted();
});
