import { clsx } from "clsx";
import Link from "next/link";
import type { ReactNode } from "react";
import { count, percentWords } from "@/components/quotas/quota-words";
import { type ChartTone, chartFills } from "@/components/ui/bar-chart";
import type { RequestCounts } from "@/lib/contracts/quotas";
import type { UsageRequests } from "@/lib/contracts/usage";
import { accessLogHref, groupingLabels, groupLabel, restLabel, restOf, toneAt } from "./grouped-chart";
import type { readUsageFilters } from "./read-usage-filters";

/** The groups of the chart and those that it sums up, each with a link to its entries in the access log. */
export function UsageTable({
  workspaceSlug,
  filters,
  usage,
}: {
  workspaceSlug: string;
  filters: ReturnType<typeof readUsageFilters>;
  usage: UsageRequests;
}) {
  const { by } = filters;
  const all = usage.total.allowed + usage.total.denied;
  const rest = restOf(usage);
  return (
    <table
      aria-label={`Requests by ${groupingLabels[by].toLowerCase()}`}
      className="w-full border-separate border-spacing-0 text-sm"
    >
      <thead>
        <tr className="text-muted text-xs">
          <th scope="col" className="border-b py-1.5 text-left font-medium">
            {groupingLabels[by]}
          </th>
          {["Allowed", "Denied", "Share"].map((head) => (
            <th key={head} scope="col" className="border-b py-1.5 pl-3 text-right font-medium">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="tabular-nums">
        {usage.groups.map((group, index) => {
          const href = accessLogHref(workspaceSlug, filters, usage, group);
          const label = groupLabel(by, group);
          const isMono = by === "route" || by === "code" || (by === "key" && group.name === null);
          return (
            <UsageRow key={group.value} tone={toneAt(index)} counts={group} all={all}>
              <span className={clsx("wrap-anywhere", isMono && "font-mono text-xs")}>
                {href ? (
                  <Link href={href} prefetch={false} className="hover:underline">
                    {label}
                  </Link>
                ) : (
                  label
                )}
              </span>
            </UsageRow>
          );
        })}
        {rest.allowed + rest.denied > 0 && (
          <UsageRow tone="rest" counts={rest} all={all}>
            <span className="text-muted">{restLabel(by)}</span>
          </UsageRow>
        )}
      </tbody>
    </table>
  );
}

function UsageRow({
  tone,
  counts: { allowed, denied },
  all,
  children,
}: {
  tone: ChartTone;
  counts: RequestCounts;
  all: number;
  children: ReactNode;
}) {
  const share = (allowed + denied) / all;
  const cell = "border-b py-1.5 pl-3 text-right align-top";
  return (
    <tr>
      <th scope="row" className="border-b py-1.5 text-left align-top font-normal">
        <span className="flex items-baseline gap-2">
          <span aria-hidden className={clsx("size-2 shrink-0 rounded-sm", chartFills[tone])} />
          {children}
        </span>
      </th>
      <td className={cell}>{count(allowed)}</td>
      <td className={cell}>{count(denied)}</td>
      <td className={cell}>
        <span className="flex items-center justify-end gap-2">
          <span aria-hidden className="h-1.5 w-24 overflow-hidden rounded-full bg-line max-sm:hidden">
            <span
              className={clsx("block h-full min-w-1 rounded-full", chartFills[tone])}
              style={{ width: `${share * 100}%` }}
            />
          </span>
          <span className="min-w-9">{percentWords(share)}</span>
        </span>
      </td>
    </tr>
  );
}
