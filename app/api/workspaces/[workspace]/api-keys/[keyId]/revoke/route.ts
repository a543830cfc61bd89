import type { RevokedApiKey } from "@/lib/contracts/api-keys";
import { ok } from "@/lib/server/http/json-response";
import { withMember } from "@/lib/server/http/with-member";
import { getApiKey } from "@/lib/server/keys/list-api-keys";
import { revokeApiKey } from "@/lib/server/keys/revoke-api-key";

// Revoking requires neither a recent confirmation of identity nor API access, because it may be urgent.
export const POST = withMember({ permission: "api_key.update_own" }, async ({ actor, params }) => {
  const { key, rejectedEverywhere } = await revokeApiKey(actor, params.keyId ?? "");
  return ok({ key: await getApiKey(actor, key.id), rejectedEverywhere } satisfies RevokedApiKey);
});
