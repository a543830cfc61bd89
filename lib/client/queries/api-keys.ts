import type { ApiKey, ApiKeyList } from "@/lib/contracts/api-keys";
import { apiRequest } from "../api-client";
import { queryKeys } from "../query-keys";
import { queryString } from "../query-string";
import { oneQuery, pagesQuery } from "./make-query";
import { apiKeyPath, apiKeysPath } from "./paths";

export type ApiKeyFilters = {
  status?: string;
  owner?: string;
  search?: string;
  sort?: string;
  concern?: string | undefined;
  limit?: string;
};

/** The workspace's keys in pages. `total` counts all matches. */
export function apiKeyListQuery(workspace: string, filters: ApiKeyFilters) {
  return pagesQuery(queryKeys.apiKeyList(workspace, filters), (cursor, signal) =>
    apiRequest<ApiKeyList>(`${apiKeysPath(workspace)}${queryString({ ...filters, cursor })}`, { signal }),
  );
}

export function apiKeyQuery(workspace: string, keyId: string) {
  return oneQuery<ApiKey>(queryKeys.apiKey(workspace, keyId), apiKeyPath(workspace, keyId));
}
