"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { presetLabels, RangePicker, rangeFilters } from "@/components/filters/range-picker";
import { ErrorState } from "@/components/ui/error-state";
import { formatIn } from "@/components/ui/format-in";
import { useLocale, useTimeZone } from "@/components/ui/relative-time";
import { Skeleton } from "@/components/ui/skeleton";
import { errorMessage } from "@/lib/client/api-error";
import { type AccessLogFilters, accessLogOverviewQuery } from "@/lib/client/queries/access-logs";
import type { AccessLogOverview } from "@/lib/contracts/access-logs";
import type { RangePreset } from "@/lib/contracts/log-range";
import { LogFacets } from "./log-facets";
import { LogHistogram } from "./log-histogram";
import { usualRange } from "./read-access-log-filters";
import { useAccessLogFilters } from "./use-access-log-filters";

/** The range, the requests over time, and the most frequent values, which filter and exclude. */
export function LogOverview({ workspaceSlug, live }: { workspaceSlug: string; live: boolean }) {
  const { filters, query, setFilters } = useAccessLogFilters();
  const zone = useTimeZone();
  const locale = useLocale();
  // Half a range, or a request id in the whole log, isn't counted.
  const isCounted = query.range !== undefined || Boolean(query.from && query.to);
  const zoom = useZoom(filters, setFilters);
  const overview = useQuery({
    ...accessLogOverviewQuery(workspaceSlug, query),
    placeholderData: keepPreviousData,
    enabled: isCounted,
    retry: false,
    refetchInterval: live && liveMs,
  });
  const data = isCounted ? overview.data : undefined;
  const words = (moment: string) => formatIn(zone, momentOptions, locale).format(new Date(moment));
  const range = query.range
    ? presetLabels[query.range as RangePreset]
    : data && `${words(data.from)} – ${words(data.to)}`;

  return (
    <div className="mb-4 grid gap-3">
      <div className="flex flex-wrap items-end justify-between gap-3">
        <p className="text-muted text-sm tabular-nums">
          {data
            ? totalWords(range, data, query.view === "sign-ins")
            : isCounted
              ? "\u00a0"
              : uncountedWords(query)}
        </p>
        <RangePicker
          {...{ filters, setFilters }}
          range={query.range}
          usual={usualRange}
          error={overview.error}
        />
      </div>
      {data && !overview.isError ? (
        <div
          aria-busy={overview.isPlaceholderData}
          className={overview.isPlaceholderData ? "opacity-60" : ""}
        >
          <LogHistogram
            overview={data}
            noun={query.view === "sign-ins" ? "Sign-ins" : "Requests"}
            onRange={(from, to) => zoom.into(rangeFilters(from, to))}
            onZoomOut={zoom.out}
          />
        </div>
      ) : overview.isError ? (
        <ErrorState
          title="Couldn’t count the entries"
          onRetry={() => void overview.refetch()}
          retrying={overview.isFetching}
        >
          {errorMessage(overview.error)}
        </ErrorState>
      ) : (
        isCounted && <Skeleton className="h-36 w-full" />
      )}
      {data && <LogFacets facets={data.facets} query={query} setFilters={setFilters} />}
    </div>
  );
}

const liveMs = 5_000;

type Range = { range: string; from: string; to: string };

/** Remembers the ranges that were zoomed out of sight. Choosing another range some other way forgets them. */
function useZoom({ range, from, to }: Range, setFilters: (range: Range) => void) {
  const [zooms, setZooms] = useState<{ before: Range; after: Range }[]>([]);
  const last = zooms.at(-1);
  const isCurrent =
    last !== undefined && last.after.range === range && last.after.from === from && last.after.to === to;
  return {
    into: (after: Range) => {
      setZooms([...(isCurrent ? zooms : []), { before: { range, from, to }, after }]);
      setFilters(after);
    },
    out: isCurrent
      ? () => {
          setZooms(zooms.slice(0, -1));
          setFilters(last.before);
        }
      : undefined,
  };
}

const momentOptions: Intl.DateTimeFormatOptions = {
  month: "short",
  day: "numeric",
  hour: "numeric",
  minute: "2-digit",
};

function totalWords(
  range: string | undefined,
  { total: { allowed, denied } }: AccessLogOverview,
  isSignIns: boolean,
): string {
  const count = (number: number) => number.toLocaleString("en-US");
  const all = allowed + denied;
  // Refused attempts of one person from one address share an entry.
  const [one, many] = isSignIns ? ["attempt", "attempts"] : ["entry", "entries"];
  return `${range} · ${count(all)} ${all === 1 ? one : many} · ${count(denied)} denied`;
}

function uncountedWords({ requestId }: AccessLogFilters): string {
  return requestId ? "The whole log" : "Choose both ends of the range to see a chart.";
}
