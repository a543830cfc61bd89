import { ok } from "@/lib/server/http/json-response";
import { withAccount } from "@/lib/server/http/with-account";
import { revokeSession } from "@/lib/server/sessions/manage-sessions";

export const DELETE = withAccount({}, async ({ session, params, origin }) => {
  await revokeSession(session, params.sessionId ?? "", origin);
  return ok({});
});
