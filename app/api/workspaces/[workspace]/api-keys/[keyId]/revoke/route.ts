import { revokeApiKeyInput } from "@/lib/contracts/api-key-input";
import type { RevokedApiKey } from "@/lib/contracts/api-keys";
import { ok } from "@/lib/server/http/json-response";
import { withMember } from "@/lib/server/http/with-member";
import { getApiKey } from "@/lib/server/keys/list-api-keys";
import { revokeApiKey, revokeWithCreatedKeys } from "@/lib/server/keys/revoke-api-key";

// Revoking requires neither a recent confirmation of identity nor API access, because it may be urgent.
export const POST = withMember(
  { permission: "api_key.update_own", body: revokeApiKeyInput },
  async ({ actor, params, body }) => {
    const keyId = params.keyId ?? "";
    const { rejectedEverywhere, createdKeys } = body.withCreatedKeys
      ? await revokeWithCreatedKeys(actor, keyId)
      : { ...(await revokeApiKey(actor, keyId)), createdKeys: 0 };
    return ok({
      key: await getApiKey(actor, keyId),
      createdKeys,
      rejectedEverywhere,
    } satisfies RevokedApiKey);
  },
);
