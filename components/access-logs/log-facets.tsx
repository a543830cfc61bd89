"use client";

import { Ban } from "lucide-react";
import type { ReactNode } from "react";
import type { AccessLogFilters } from "@/lib/client/queries/access-logs";
import type { AccessLogOverview, LogCounts, LogFacet } from "@/lib/contracts/access-logs";
import { callerText, choiceText, parseChoice } from "@/lib/contracts/choice";
import { callerName } from "./entry-words";
import type { useAccessLogFilters } from "./use-access-log-filters";

type FilterName = "key" | "code" | "route" | "ip" | "caller";
type Row = LogCounts & { label: ReactNode; name: string; value: string };
type Group = { title: string; filter: FilterName; rows: Row[] };

/** The most frequent values of the range: a press shows only these entries, another hides them. */
export function LogFacets({
  facets,
  query,
  setFilters,
}: {
  facets: AccessLogOverview["facets"];
  query: AccessLogFilters;
  setFilters: ReturnType<typeof useAccessLogFilters>["setFilters"];
}) {
  const isSignIns = query.view === "sign-ins";
  const mono = (text: string) => <span className="font-mono">{text}</span>;
  const named = (facet: LogFacet) => ({ ...facet, label: mono(facet.value), name: facet.value });
  const codes: Group = { title: "Codes", filter: "code", rows: facets.codes.map(named) };
  const groups: Group[] = isSignIns
    ? [
        {
          title: "Addresses",
          filter: "ip",
          rows: facets.callers.map((caller) => ({
            ...caller,
            label: mono(callerName(caller)),
            name: callerName(caller),
            value: caller.ip,
          })),
        },
        codes,
      ]
    : [
        {
          title: "Keys",
          filter: "key",
          rows: facets.keys.map((key) => ({
            ...key,
            label: key.name ?? mono(key.value),
            name: key.name ?? key.value,
          })),
        },
        {
          title: "Callers",
          filter: "caller",
          rows: facets.callers.map((caller) => ({
            ...caller,
            label: mono(callerName(caller)),
            name: callerName(caller),
            value: callerText(caller),
          })),
        },
        { title: "Routes", filter: "route", rows: facets.routes.map(named) },
        codes,
      ];

  const chosen = (filter: FilterName) => parseChoice(query[filter] ?? "") ?? { is: [], not: [] };

  /** Shows only the value, or everything again. */
  function show(filter: FilterName, value: string) {
    const { is, not } = chosen(filter);
    setFilters({
      [filter]: choiceText({
        is: is.includes(value) ? is.filter((one) => one !== value) : [value],
        not: not.filter((one) => one !== value),
      }),
    });
  }

  function hide(filter: FilterName, value: string) {
    const { is, not } = chosen(filter);
    setFilters({ [filter]: choiceText({ is: is.filter((one) => one !== value), not: [...not, value] }) });
  }

  if (groups.every(({ rows }) => rows.length === 0)) return null;
  return (
    <details className="rounded-surface border bg-surface">
      <summary className="cursor-pointer px-4 py-2 font-medium text-sm">Breakdown</summary>
      <div className="grid gap-x-6 gap-y-4 px-4 pb-4 sm:grid-cols-2 lg:grid-cols-[1fr_1.7fr_1.1fr_1.1fr]">
        {groups.map(({ title, filter, rows }) => (
          <section key={title} aria-label={title} className="grid min-w-0 content-start gap-1">
            <h3 className="text-muted text-xs">{title}</h3>
            {rows.slice(0, 6).map((row) => (
              <FacetRow
                key={row.value}
                row={row}
                most={Math.max(...rows.map(({ allowed, denied }) => allowed + denied))}
                isSet={chosen(filter).is.includes(row.value)}
                onShow={() => show(filter, row.value)}
                onHide={() => hide(filter, row.value)}
              />
            ))}
          </section>
        ))}
      </div>
    </details>
  );
}

function FacetRow({
  row: { allowed, denied, label, name, value },
  most,
  isSet,
  onShow,
  onHide,
}: {
  row: Row;
  most: number;
  isSet: boolean;
  onShow: () => void;
  onHide: () => void;
}) {
  const all = allowed + denied;
  return (
    <div className="relative flex items-center gap-1 overflow-hidden rounded-control text-sm">
      <span
        aria-hidden
        className="absolute inset-y-0 left-0 bg-sunken"
        style={{ width: `${(all / most) * 100}%` }}
      />
      <button
        type="button"
        aria-pressed={isSet}
        // A filter can't name what is unknown.
        disabled={value === ""}
        onClick={onShow}
        className="relative flex min-w-0 flex-1 items-center justify-between gap-2 rounded-control px-2 py-1 text-left hover:underline aria-pressed:font-medium aria-pressed:text-accent max-sm:py-2.5"
      >
        <span className="truncate" title={name}>
          {label}
        </span>
        <span className="tabular-nums">
          {all.toLocaleString("en-US")}
          {denied > 0 && <span className="sr-only">, {denied.toLocaleString("en-US")} denied</span>}
        </span>
      </button>
      <button
        type="button"
        aria-label={`Hide ${name}`}
        disabled={value === ""}
        onClick={onHide}
        className="relative rounded-control p-1 text-muted hover:text-text disabled:invisible max-sm:p-2.5"
      >
        <Ban aria-hidden className="size-3.5" />
      </button>
    </div>
  );
}
