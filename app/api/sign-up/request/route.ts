import { requestSignUpInput } from "@/lib/contracts/account-input";
import { accepted } from "@/lib/server/http/json-response";
import { withVisitor } from "@/lib/server/http/with-account";
import { requestSignUp } from "@/lib/server/users/sign-up-by-mail";

export const POST = withVisitor({ body: requestSignUpInput }, async ({ body, origin }) => {
  await requestSignUp(body, origin);
  return accepted();
});
