import { renamePasskeyInput } from "@/lib/contracts/passkey-input";
import { ok } from "@/lib/server/http/json-response";
import { withAccount } from "@/lib/server/http/with-account";
import { removePasskey, renamePasskey } from "@/lib/server/second-factors/manage-passkeys";

export const PATCH = withAccount({ body: renamePasskeyInput }, async ({ session, params, body, origin }) =>
  ok(await renamePasskey(session, params.passkeyId ?? "", body.name, origin)),
);

export const DELETE = withAccount({ recentAuthentication: true }, async ({ session, params, origin }) => {
  await removePasskey(session, params.passkeyId ?? "", origin);
  return ok({});
});
