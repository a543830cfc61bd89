import { ok } from "@/lib/server/http/json-response";
import { withAccount } from "@/lib/server/http/with-account";
import { revokeOtherSessions } from "@/lib/server/sessions/manage-sessions";

export const POST = withAccount({}, async ({ session, origin }) =>
  ok({ revoked: await revokeOtherSessions(session, origin) }),
);
