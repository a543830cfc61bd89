import { createOwnedApiKeyInput, listApiKeysQuery } from "@/lib/contracts/api-key-input";
import type { CreatedApiKey } from "@/lib/contracts/api-keys";
import { created, ok } from "@/lib/server/http/json-response";
import { readQuery } from "@/lib/server/http/read-body";
import { withMember } from "@/lib/server/http/with-member";
import { createApiKey } from "@/lib/server/keys/create-api-key";
import { getApiKey, listApiKeys } from "@/lib/server/keys/list-api-keys";

export const GET = withMember(
  { permission: "api_key.read_own", apiAccess: true },
  async ({ actor, request }) =>
    ok(await listApiKeys(actor, readQuery(new URL(request.url), listApiKeysQuery))),
);

export const POST = withMember(
  { permission: "api_key.create", apiAccess: true, recentAuthentication: true, body: createOwnedApiKeyInput },
  async ({ actor, body: { ownerId, ...input } }) => {
    const { key, secret } = await createApiKey(actor, input, ownerId);
    return created({ key: await getApiKey(actor, key.id), secret } satisfies CreatedApiKey);
  },
);
