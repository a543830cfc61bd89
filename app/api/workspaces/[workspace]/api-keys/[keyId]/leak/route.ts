import { settleLeakInput } from "@/lib/contracts/leak-input";
import { ok } from "@/lib/server/http/json-response";
import { withMember } from "@/lib/server/http/with-member";
import { settleLeak } from "@/lib/server/keys/leaks";
import { getApiKey } from "@/lib/server/keys/list-api-keys";

export const POST = withMember(
  { permission: "api_key.update_all", apiAccess: true, body: settleLeakInput },
  async ({ actor, params, body }) => {
    const keyId = params.keyId ?? "";
    await settleLeak(actor, keyId, body);
    return ok(await getApiKey(actor, keyId));
  },
);
