import { ok } from "@/lib/server/http/json-response";
import { withAccount } from "@/lib/server/http/with-account";
import { listConnectedAccounts } from "@/lib/server/identities/manage-identities";

export const GET = withAccount({}, async ({ session }) =>
  ok({ connectedAccounts: await listConnectedAccounts(session.userId) }),
);
