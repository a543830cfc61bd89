import { requestSignUpInput } from "@/lib/contracts/account-input";
import { requestSignUp } from "@/lib/server/accounts/users/sign-up-by-mail";
import { accepted } from "@/lib/server/http/json-response";
import { publicRoute } from "@/lib/server/http/with-account";

export const POST = publicRoute({ body: requestSignUpInput }, async ({ body, origin }) => {
  await requestSignUp(body, origin);
  return accepted();
});
