"use client";

import { Ban } from "lucide-react";
import type { ReactNode } from "react";
import type { AccessLogFilters } from "@/lib/client/queries/access-logs";
import type { AccessLogOverview, LogCounts } from "@/lib/contracts/access-logs";
import { choiceText, parseChoice } from "@/lib/contracts/choice";
import type { useAccessLogFilters } from "./use-access-log-filters";

type FilterName = "key" | "code" | "route" | "ip" | "client";
type Value = Partial<Record<FilterName, string>>;
type Row = LogCounts & { id: string; label: ReactNode; name: string; value: Value };

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
  const mono = (text: string) => <span className="font-mono">{text}</span>;
  const groups: { title: string; rows: Row[] }[] = [
    {
      title: "Keys",
      rows: facets.keys.map((key) => ({
        ...key,
        id: key.value,
        label: key.name ?? mono(key.value),
        name: key.name ?? key.value,
        value: { key: key.value },
      })),
    },
    {
      title: "Callers",
      rows: facets.callers.map((caller) => ({
        ...caller,
        id: `${caller.ip} ${caller.client}`,
        label: mono(callerName(caller)),
        name: callerName(caller),
        value: { ...(caller.ip && { ip: caller.ip }), ...(caller.client && { client: caller.client }) },
      })),
    },
    {
      title: "Routes",
      rows: facets.routes.map((route) => ({
        ...route,
        id: route.value,
        label: mono(route.value),
        name: route.value,
        value: { route: route.value },
      })),
    },
    {
      title: "Codes",
      rows: facets.codes.map((code) => ({
        ...code,
        id: code.value,
        label: mono(code.value),
        name: code.value,
        value: { code: code.value },
      })),
    },
  ];

  function change(value: Value, kind: "is" | "not") {
    const changes: Value = {};
    const isSet = Object.entries(value).every(([name, text]) =>
      parseChoice(query[name as FilterName] ?? "")?.[kind].includes(text),
    );
    for (const [name, text] of Object.entries(value) as [FilterName, string][]) {
      const choice = parseChoice(query[name] ?? "") ?? { is: [], not: [] };
      const kept = {
        is: kind === "is" ? [] : choice.is.filter((one) => one !== text),
        not: choice.not.filter((one) => one !== text),
      };
      changes[name] = choiceText(isSet ? kept : { ...kept, [kind]: [...kept[kind], text] });
    }
    setFilters(changes);
  }

  if (groups.every(({ rows }) => rows.length === 0)) return null;
  return (
    <details className="rounded-surface border bg-surface">
      <summary className="cursor-pointer px-4 py-2 font-medium text-sm">Breakdown</summary>
      <div className="grid gap-x-6 gap-y-4 px-4 pb-4 sm:grid-cols-2 lg:grid-cols-4">
        {groups.map(({ title, rows }) => (
          <section key={title} aria-label={title} className="grid min-w-0 content-start gap-1">
            <h3 className="text-muted text-xs">{title}</h3>
            {rows.slice(0, 6).map((row) => (
              <FacetRow
                key={row.id}
                row={row}
                most={Math.max(...rows.map(({ allowed, denied }) => allowed + denied))}
                isSet={Object.entries(row.value).every(([name, text]) =>
                  parseChoice(query[name as FilterName] ?? "")?.is.includes(text),
                )}
                onShow={() => change(row.value, "is")}
                // A caller is an address with a client: hiding either would hide others too.
                onHide={Object.keys(row.value).length === 1 ? () => change(row.value, "not") : undefined}
              />
            ))}
          </section>
        ))}
      </div>
    </details>
  );
}

function FacetRow({
  row: { allowed, denied, label, name },
  most,
  isSet,
  onShow,
  onHide,
}: {
  row: Row;
  most: number;
  isSet: boolean;
  onShow: () => void;
  onHide: (() => void) | undefined;
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
      {onHide && (
        <button
          type="button"
          aria-label={`Hide ${name}`}
          onClick={onHide}
          className="relative rounded-control p-1 text-muted hover:text-text max-sm:p-2.5"
        >
          <Ban aria-hidden className="size-3.5" />
        </button>
      )}
    </div>
  );
}

function callerName({ ip, client }: { ip: string; client: string }): string {
  return [ip || "Unknown address", client].filter(Boolean).join(" · ");
}
