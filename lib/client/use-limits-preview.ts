import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { PreviewLimitsInput } from "@/lib/contracts/api-key-input";
import type { LimitsPreview } from "@/lib/contracts/api-keys";
import { apiRequest } from "./api-client";
import { apiKeyPath } from "./queries/paths";
import { queryKeys } from "./query-keys";

/** How long the person must have stopped typing. */
const pauseMs = 400;

/** What stricter limits would have done to a key's recent requests. Asks nothing while `input` is null. */
export function useLimitsPreview(workspace: string, keyId: string, input: PreviewLimitsInput | null) {
  return useQuery({
    queryKey: [...queryKeys.apiKey(workspace, keyId), "limits-preview", input],
    queryFn: async ({ signal }) => {
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      signal.throwIfAborted();
      return apiRequest<LimitsPreview>(`${apiKeyPath(workspace, keyId)}/preview-limits`, {
        method: "POST",
        body: input,
        signal,
      });
    },
    enabled: input !== null,
    retry: false,
    // There may have been requests since.
    staleTime: 0,
    placeholderData: keepPreviousData,
  });
}
