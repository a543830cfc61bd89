import { created, ok } from "@/lib/server/http/json-response";
import { withAccount } from "@/lib/server/http/with-account";
import { turnOffEmailCodes, turnOnEmailCodes } from "@/lib/server/second-factors/email-codes";

export const POST = withAccount({ recentAuthentication: true }, async ({ session, origin }) =>
  created({ recoveryCodes: await turnOnEmailCodes(session, origin) }),
);

export const DELETE = withAccount({ recentAuthentication: true }, async ({ session, origin }) => {
  await turnOffEmailCodes(session, origin);
  return ok({});
});
