import { keyBatchInput } from "@/lib/contracts/key-batch-input";
import { ok } from "@/lib/server/http/json-response";
import { withMember } from "@/lib/server/http/with-member";
import { changeManyKeys } from "@/lib/server/keys/change-many-keys";

// Whether API access and a recent confirmation of identity are needed depends on the action.
export const POST = withMember(
  { permission: "api_key.update_own", body: keyBatchInput },
  async ({ actor, body, session }) =>
    ok(await changeManyKeys(actor, body, { mayExtend: session.recentlyAuthenticated })),
);
