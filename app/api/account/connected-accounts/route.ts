import { listConnectedAccounts } from "@/lib/server/accounts/identities/manage-identities";
import { ok } from "@/lib/server/http/json-response";
import { withAccount } from "@/lib/server/http/with-account";

export const GET = withAccount({}, async ({ session }) =>
  ok({ connectedAccounts: await listConnectedAccounts(session.userId) }),
);
