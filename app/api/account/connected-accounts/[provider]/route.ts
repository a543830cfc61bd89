import { providerVisitInput } from "@/lib/contracts/identity-provider-input";
import { disconnectIdentity } from "@/lib/server/accounts/identities/manage-identities";
import { redirectToProvider } from "@/lib/server/auth/redirect-to-provider";
import { ok } from "@/lib/server/http/json-response";
import { withAccount } from "@/lib/server/http/with-account";

export const POST = withAccount(
  { recentAuthentication: true, body: providerVisitInput },
  async ({ session, params, body }) =>
    ok(await redirectToProvider("connect", params.provider ?? "", session, body.callbackUrl)),
);

export const DELETE = withAccount({ recentAuthentication: true }, async ({ session, params, origin }) => {
  await disconnectIdentity(session, params.provider ?? "", origin);
  return ok({});
});
