import { updateApiKeyInput } from "@/lib/contracts/api-key-input";
import { ok } from "@/lib/server/http/json-response";
import { readApiKey } from "@/lib/server/http/member-reads";
import { answerMember, withMember } from "@/lib/server/http/with-member";
import { changeApiKey } from "@/lib/server/keys/change-api-key";
import { getApiKey } from "@/lib/server/keys/list-api-keys";

export const GET = answerMember(readApiKey);

export const PATCH = withMember(
  { permission: "api_key.update_own", apiAccess: true, body: updateApiKeyInput },
  async ({ actor, params, body, session }) => {
    const key = await changeApiKey(actor, params.keyId ?? "", body, {
      mayExtend: session.recentlyAuthenticated,
    });
    return ok(await getApiKey(actor, key.id));
  },
);
