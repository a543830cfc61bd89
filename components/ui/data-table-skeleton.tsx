import { clsx } from "clsx";
import { ArrowDown, ArrowUp } from "lucide-react";
import { type Column, hideBelowStyle, type Sorting } from "./data-table-column";
import { Skeleton } from "./skeleton";

// Not a client component, so that loading.tsx files render tables without their scripts.

/** The part of a column that its header and skeleton need. */
export type Head = Omit<Column<never>, "cell" | "secondLine" | "wide">;

export const tableStyle = "w-full border-separate border-spacing-0 text-sm max-sm:block";

export const cellStyle =
  "break-words border-b px-3 py-2.5 align-top group-last:border-b-0 first:pl-4 last:pr-4 max-sm:border-b-0 max-sm:px-4 max-sm:py-1";

/** A table whose rows are loading. */
export function DataTableSkeleton({
  label,
  heads,
  last = null,
  rows = 5,
  lines = 2,
}: {
  label: string;
  heads: readonly Head[];
  last?: string | null;
  rows?: number;
  lines?: 1 | 2;
}) {
  return (
    <div className="rounded-surface border bg-surface">
      <table aria-label={label} aria-busy className={tableStyle}>
        <DataTableHead heads={heads} last={last} />
        <tbody className="max-sm:block">
          {Array.from({ length: rows }, (_, index) => (
            <DataTableSkeletonRow
              // biome-ignore lint/suspicious/noArrayIndexKey: the rows are alike and never move.
              key={index}
              heads={heads}
              actions={last !== null}
              lines={lines}
            />
          ))}
        </tbody>
      </table>
      <span role="status" className="sr-only">{`Loading ${label}`}</span>
    </div>
  );
}

export function DataTableHead({
  heads,
  last,
  sorting,
}: {
  heads: readonly Head[];
  last: string | null;
  sorting?: Sorting | undefined;
}) {
  return (
    <thead className="max-sm:sr-only">
      <tr>
        {heads.map((head) => (
          <HeadCell key={head.id} head={head} sorting={sorting} />
        ))}
        {last && (
          <th scope="col" className="sticky top-0 z-2 w-12 rounded-tr-surface border-b bg-sunken">
            <span className="sr-only">{last}</span>
          </th>
        )}
      </tr>
    </thead>
  );
}

function HeadCell({ head, sorting }: { head: Head; sorting?: Sorting | undefined }) {
  const sorted = sorting?.column === head.id;
  const Arrow = sorting?.descending ? ArrowDown : ArrowUp;
  return (
    <th
      scope="col"
      aria-sort={sorted ? (sorting.descending ? "descending" : "ascending") : undefined}
      className={clsx(
        "sticky top-0 z-2 h-9 whitespace-nowrap border-b bg-sunken px-3 font-medium text-muted text-xs first:rounded-tl-surface first:pl-4 last:rounded-tr-surface last:pr-4",
        head.align === "right" ? "text-right" : "text-left",
        head.width,
        head.hideBelow && hideBelowStyle[head.hideBelow],
      )}
    >
      {sorting && (
        <button
          type="button"
          onClick={() => sorting.onSort(head.id)}
          className="-mx-1 inline-flex h-7 items-center gap-1 rounded-control px-1 hover:text-text max-sm:hidden"
        >
          {head.header}
          {sorted && <Arrow aria-hidden className="size-3" />}
        </button>
      )}
      {/* In stacked rows nobody sees the head, so it has no buttons there. */}
      <span className={clsx(head.headerHidden ? "sr-only" : sorting && "sm:hidden")}>{head.header}</span>
    </th>
  );
}

export function DataTableSkeletonRow({
  heads,
  actions,
  lines,
}: {
  heads: readonly Head[];
  actions: boolean;
  lines: 1 | 2;
}) {
  return (
    <tr aria-hidden className="group max-sm:block max-sm:border-b max-sm:py-3">
      {heads.map((head, index) => (
        <td
          key={head.id}
          className={clsx(cellStyle, "max-sm:block", head.hideBelow && hideBelowStyle[head.hideBelow])}
        >
          <div className={clsx("grid content-center max-sm:h-5", lines === 2 ? "h-9.5" : "h-4.5")}>
            <Skeleton
              className={clsx("h-3.5", index === 0 ? "w-32" : "w-16", head.align === "right" && "ml-auto")}
            />
          </div>
        </td>
      ))}
      {actions && <td className={clsx(cellStyle, "w-12 max-sm:hidden")} />}
    </tr>
  );
}
