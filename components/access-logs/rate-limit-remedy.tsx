"use client";

import { useQuery } from "@tanstack/react-query";
import { formatIn } from "@/components/ui/format-in";
import { useLocale, useTimeZone } from "@/components/ui/relative-time";
import { keyPageHash } from "@/lib/client/key-page-hash";
import { mayChangeKey } from "@/lib/client/may-change-key";
import { accessLogOverviewQuery } from "@/lib/client/queries/access-logs";
import type { AccessLogEntry } from "@/lib/contracts/access-logs";
import type { ApiKey } from "@/lib/contracts/api-keys";
import type { Role } from "@/lib/contracts/permissions";
import { RemedyLink } from "./remedy-link";

/** A use may count a second longer than a minute. */
const windowMs = 61_000;

/** The limit, what the key used of it around the request, and when it allowed the next one. */
export function RateLimitRemedy({
  workspaceSlug,
  entry,
  apiKey,
  viewer,
}: {
  workspaceSlug: string;
  entry: AccessLogEntry;
  apiKey: ApiKey;
  viewer: { userId: string; role: Role };
}) {
  const zone = useTimeZone();
  const locale = useLocale();
  const at = Date.parse(entry.at);
  const range = {
    from: new Date(at - windowMs).toISOString(),
    to: new Date(at + 1).toISOString(),
  };
  const { data } = useQuery(accessLogOverviewQuery(workspaceSlug, { key: apiKey.id, ...range }));
  const time = (moment: number | string, seconds = false) =>
    formatIn(zone, { timeStyle: seconds ? "medium" : "short" }, locale).format(new Date(moment));
  const count = (number: number) => number.toLocaleString("en-US");
  const key = encodeURIComponent(apiKey.id);

  return (
    <>
      <span>
        The limit is {count(apiKey.rateLimitPerMinute)}{" "}
        {apiKey.rateLimitPerMinute === 1 ? "request" : "requests"} in any 60 seconds. What was used before
        this request no longer counts from {time(at + windowMs, true)} on.
      </span>
      {data && (
        <span className="grid tabular-nums">
          {data.bars.map(({ start, allowed, denied }) => (
            <span key={start}>
              {time(start)}: {count(allowed)} allowed, {count(denied)} denied
            </span>
          ))}
        </span>
      )}
      <span className="flex flex-wrap gap-x-4 gap-y-1">
        <RemedyLink
          href={`/${workspaceSlug}/settings/api/access-logs?${new URLSearchParams({ key: apiKey.id, ...range })}`}
        >
          See these requests
        </RemedyLink>
        {mayChangeKey(viewer, apiKey) && (
          <RemedyLink href={`/${workspaceSlug}/settings/api/keys/${key}${keyPageHash.edit}`}>
            See the limit
          </RemedyLink>
        )}
      </span>
    </>
  );
}
