import type { ApiKeyActivity } from "@/lib/contracts/api-keys";
import { queryKeys } from "../query-keys";
import { oneQuery } from "./make-query";
import { apiKeyPath } from "./paths";

export function apiKeyActivityQuery(
  workspace: string,
  keyId: string,
  options: { background?: boolean } = {},
) {
  const path = `${apiKeyPath(workspace, keyId)}/activity`;
  return oneQuery<ApiKeyActivity>(queryKeys.apiKeyActivity(workspace, keyId), path, options);
}
