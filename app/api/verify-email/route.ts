import { linkInput } from "@/lib/contracts/account-input";
import { confirmAddress } from "@/lib/server/accounts/users/email-address";
import { ok } from "@/lib/server/http/json-response";
import { findSignedIn, publicRoute } from "@/lib/server/http/with-account";

export const POST = publicRoute({ body: linkInput }, async ({ request, body, origin }) => {
  await confirmAddress(body.token, await findSignedIn(request), origin);
  return ok({});
});
