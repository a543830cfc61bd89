"use client";

import { clsx } from "clsx";
import { Gauge } from "lucide-react";
import Link from "next/link";
import { keyHref } from "@/components/api-keys/key-links";
import { type Forecast, forecastOf } from "@/components/quotas/quota-forecast";
import { forecastWords, resetWords, usedWords } from "@/components/quotas/quota-words";
import { Badge } from "@/components/ui/badge";
import { EmptyState } from "@/components/ui/empty-state";
import { useLocale, useTimeZone } from "@/components/ui/relative-time";
import { type QuotaUse, requestsMeter } from "@/lib/contracts/quotas";

export function QuotaList({
  workspaceSlug,
  quotas,
  now,
}: {
  workspaceSlug: string;
  quotas: readonly QuotaUse[];
  now: string;
}) {
  if (quotas.length === 0)
    return (
      <EmptyState picture={<Gauge />} title="This workspace has no quotas">
        Requests are still counted. The operator of this server sets quotas.
      </EmptyState>
    );
  return (
    <ul className="divide-y">
      {quotas.map((quota) => (
        <QuotaRow
          key={`${quota.keyId}/${quota.meter}`}
          workspaceSlug={workspaceSlug}
          quota={quota}
          forecast={forecastOf(quota, now)}
        />
      ))}
    </ul>
  );
}

function QuotaRow({
  workspaceSlug,
  quota,
  forecast,
}: {
  workspaceSlug: string;
  quota: QuotaUse;
  forecast: Forecast;
}) {
  const zone = useTimeZone();
  const locale = useLocale();
  const words = forecastWords(forecast, quota, zone, locale);
  return (
    <li className="grid gap-2 px-5 py-4 first:pt-1">
      <div className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1">
        <h3 className="flex min-w-0 flex-wrap items-center gap-x-2 font-medium">
          <span className="break-all">{meterName(quota.meter)}</span>
          {quota.key && (
            <Link
              href={keyHref(workspaceSlug, quota.key.id)}
              className="break-words font-normal text-muted hover:text-text hover:underline"
            >
              for {quota.key.name}
            </Link>
          )}
          <QuotaBadge forecast={forecast} />
        </h3>
        <span className="tabular-nums">{usedWords(quota)}</span>
      </div>
      <QuotaBar quota={quota} forecast={forecast} />
      <p className="flex flex-wrap justify-between gap-x-6 gap-y-0.5 text-muted text-sm">
        <span>{words}</span>
        <span>{resetWords(quota, zone, locale)}</span>
      </p>
    </li>
  );
}

function meterName(meter: string): string {
  return meter === requestsMeter ? "Requests" : meter;
}

function QuotaBadge({ forecast }: { forecast: Forecast }) {
  if (forecast.kind === "spent") return <Badge tone="bad">Used up</Badge>;
  if (forecast.kind === "reaches") return <Badge tone="warn">Running out</Badge>;
  return null;
}

const fills: Record<Forecast["kind"], string> = {
  spent: "bg-bad",
  reaches: "bg-warn",
  ends: "bg-accent",
  early: "bg-accent",
  unused: "bg-accent",
};

/** Hidden from assistive technology, as the text above says the same. */
function QuotaBar({ quota, forecast }: { quota: QuotaUse; forecast: Forecast }) {
  const share = quota.limit === 0 ? 1 : Math.min(1, quota.used / quota.limit);
  return (
    <div aria-hidden className="h-1.5 overflow-hidden rounded-full bg-line">
      <div
        className={clsx("h-full rounded-full", fills[forecast.kind], share > 0 && "min-w-1")}
        style={{ width: `${share * 100}%` }}
      />
    </div>
  );
}
