import { cancelRotationInput, moveOverlapInput } from "@/lib/contracts/api-key-input";
import { ok } from "@/lib/server/http/json-response";
import { readRotationUse } from "@/lib/server/http/member-reads";
import { answerMember, withMember } from "@/lib/server/http/with-member";
import { getApiKey } from "@/lib/server/keys/list-api-keys";
import { cancelRotation, moveOverlap } from "@/lib/server/keys/rotation";

export const GET = answerMember(readRotationUse);

export const PATCH = withMember(
  { permission: "api_key.update_own", apiAccess: true, body: moveOverlapInput },
  async ({ actor, params, body }) => {
    const key = await moveOverlap(actor, params.keyId ?? "", body.overlapSeconds);
    return ok(await getApiKey(actor, key.id));
  },
);

// Canceling restores a longer life of the old key, which may be the one that leaked.
export const DELETE = withMember(
  {
    permission: "api_key.update_own",
    apiAccess: true,
    recentAuthentication: true,
    body: cancelRotationInput,
  },
  async ({ actor, params, body }) => {
    const { key } = await cancelRotation(actor, params.keyId ?? "", body.force);
    return ok(await getApiKey(actor, key.id));
  },
);
