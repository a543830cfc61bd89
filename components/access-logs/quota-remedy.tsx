"use client";

import { resetWords, usedWords } from "@/components/quotas/quota-words";
import { useLocale, useTimeZone } from "@/components/ui/relative-time";
import { useQuotas } from "@/lib/client/use-usage";
import type { ApiKey } from "@/lib/contracts/api-keys";
import { RemedyLink } from "./remedy-link";

/** The quotas of the key and its workspace that are used up now, and when they begin again. */
export function QuotaRemedy({ workspaceSlug, apiKey }: { workspaceSlug: string; apiKey: ApiKey }) {
  const zone = useTimeZone();
  const locale = useLocale();
  const { data } = useQuotas(workspaceSlug, { key: apiKey.id });
  const spent = data?.quotas.filter(({ used, limit }) => used >= limit);
  return (
    <>
      {spent?.length === 0 && <span>No quota of this key is used up now.</span>}
      {spent?.map((quota) => (
        <span key={`${quota.keyId} ${quota.meter}`}>
          {quota.meter}: {usedWords(quota)}. {resetWords(quota, zone, locale)}.
        </span>
      ))}
      <RemedyLink href={`/${workspaceSlug}/settings/api/usage?${new URLSearchParams({ key: apiKey.id })}`}>
        See the limit
      </RemedyLink>
    </>
  );
}
