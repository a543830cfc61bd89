import { useQuery } from "@tanstack/react-query";
import { apiKeyActivityQuery } from "./queries/api-key-activity";
import { apiKeyQuery } from "./queries/api-keys";

export function useApiKey(workspace: string, keyId: string, { enabled = true } = {}) {
  return useQuery({ ...apiKeyQuery(workspace, keyId), enabled });
}

export function useApiKeyActivity(workspace: string, keyId: string) {
  return useQuery(apiKeyActivityQuery(workspace, keyId));
}
