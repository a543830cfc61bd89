import { isAddressBlock } from "@/lib/client/is-address-block";
import type { ApiKey, LimitsPreview } from "@/lib/contracts/api-keys";
import { addressLines } from "./create-api-key-values";
import type { EditApiKeyValues, StricterLimits } from "./edit-api-key-values";

/** The limits among the form's values that would be stricter and can be tried, or null. */
export function stricterLimits(
  { allowedIps, rateLimitPerMinute }: Pick<EditApiKeyValues, "allowedIps" | "rateLimitPerMinute">,
  key: ApiKey,
): StricterLimits | null {
  const list = addressLines(allowedIps);
  const keepsAll = key.allowedIps.length > 0 && key.allowedIps.every((block) => list.includes(block));
  const tries = list.length > 0 && !keepsAll && list.every(isAddressBlock);
  const limit = /^\d+$/.test(rateLimitPerMinute.trim()) ? Number(rateLimitPerMinute) : 0;
  const lowers = limit > 0 && limit < key.rateLimitPerMinute;
  if (!tries && !lowers) return null;
  return { ...(tries && { allowedIps: list }), ...(lowers && { rateLimitPerMinute: limit }) };
}

export function previewSentence({
  requests,
  refused,
  isEstimate,
  since,
  days,
}: Pick<LimitsPreview, "requests" | "refused" | "isEstimate" | "since" | "days">): string {
  if (requests === 0)
    return `No requests were allowed in the last ${days} days, so there is nothing to try this on.`;
  const all = `${requests.toLocaleString("en-US")} ${requests === 1 ? "request" : "requests"}`;
  const which = since === null ? `${all} of the last ${days} days` : `the latest ${all}`;
  if (refused === 0) return `Would have refused none of ${since === null ? "the " : ""}${which}.`;
  return `Would have refused ${isEstimate ? "about " : ""}${refused.toLocaleString("en-US")} of ${which}.`;
}
