import { authenticatorCodeInput } from "@/lib/contracts/account-input";
import { ok } from "@/lib/server/http/json-response";
import { withAccount } from "@/lib/server/http/with-account";
import { confirmAuthenticator } from "@/lib/server/second-factors/authenticator";

export const POST = withAccount(
  { recentAuthentication: true, body: authenticatorCodeInput },
  async ({ session, body, origin }) =>
    ok({ recoveryCodes: await confirmAuthenticator(session, body.code, origin) }),
);
