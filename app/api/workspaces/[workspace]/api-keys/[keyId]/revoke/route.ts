import type { RevokedApiKey } from "@/lib/contracts/api-keys";
import { ok } from "@/lib/server/http/json-response";
import { withMember } from "@/lib/server/http/with-member";
import { getApiKey } from "@/lib/server/keys/list-api-keys";
import { revokeApiKey } from "@/lib/server/keys/revoke-api-key";

// Revoking never waits for a recent authentication, nor for API access: someone who does it may be in a hurry.
export const POST = withMember({ permission: "api_key.update_own" }, async ({ actor, params }) => {
  const { key, rejectedEverywhere } = await revokeApiKey(actor, params.keyId ?? "");
  return ok({ key: await getApiKey(actor, key.id), rejectedEverywhere } satisfies RevokedApiKey);
});
