import { rotateApiKeyInput } from "@/lib/contracts/api-key-input";
import type { CreatedApiKey } from "@/lib/contracts/api-keys";
import { created } from "@/lib/server/http/json-response";
import { withMember } from "@/lib/server/http/with-member";
import { getApiKey } from "@/lib/server/keys/list-api-keys";
import { rotateApiKey } from "@/lib/server/keys/rotate-api-key";

export const POST = withMember(
  {
    permission: "api_key.update_own",
    apiAccess: true,
    recentAuthentication: true,
    body: rotateApiKeyInput,
  },
  async ({ actor, params, body }) => {
    const { key, secret } = await rotateApiKey(actor, params.keyId ?? "", body, null);
    return created({ key: await getApiKey(actor, key.id), secret } satisfies CreatedApiKey);
  },
);
