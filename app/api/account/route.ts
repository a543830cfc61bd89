import { updateProfileInput } from "@/lib/contracts/account-input";
import { getAccount, updateProfile } from "@/lib/server/accounts/users/account";
import { ok } from "@/lib/server/http/json-response";
import { withAccount } from "@/lib/server/http/with-account";

export const GET = withAccount({}, async ({ session }) => ok(await getAccount(session)));

export const PATCH = withAccount({ body: updateProfileInput }, async ({ session, body, origin }) => {
  await updateProfile(session.userId, body, origin);
  return ok(await getAccount(session));
});
