import { created, ok } from "@/lib/server/http/json-response";
import { withAccount } from "@/lib/server/http/with-account";
import { beginAuthenticatorSetup, turnOffAuthenticator } from "@/lib/server/second-factors/authenticator";

export const POST = withAccount({ recentAuthentication: true }, async ({ session }) =>
  created(await beginAuthenticatorSetup(session)),
);

export const DELETE = withAccount({ recentAuthentication: true }, async ({ session, origin }) => {
  await turnOffAuthenticator(session, origin);
  return ok({});
});
