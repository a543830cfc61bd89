import { created } from "@/lib/server/http/json-response";
import { withAccount } from "@/lib/server/http/with-account";
import { renewRecoveryCodes } from "@/lib/server/second-factors/recovery-codes";

export const POST = withAccount({ recentAuthentication: true }, async ({ session, origin }) =>
  created({ recoveryCodes: await renewRecoveryCodes(session, origin) }),
);
