import { createOwnedApiKeyInput } from "@/lib/contracts/api-key-input";
import type { CreatedApiKey } from "@/lib/contracts/api-keys";
import { created } from "@/lib/server/http/json-response";
import { readApiKeyList } from "@/lib/server/http/member-reads";
import { answerMember, withMember } from "@/lib/server/http/with-member";
import { createApiKey } from "@/lib/server/keys/create-api-key";
import { getApiKey } from "@/lib/server/keys/list-api-keys";

export const GET = answerMember(readApiKeyList);

export const POST = withMember(
  { permission: "api_key.create", apiAccess: true, recentAuthentication: true, body: createOwnedApiKeyInput },
  async ({ actor, body: { ownerId, ...input } }) => {
    const { key, secret } = await createApiKey(actor, input, ownerId);
    return created({ key: await getApiKey(actor, key.id), secret } satisfies CreatedApiKey);
  },
);
