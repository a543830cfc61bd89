import { clsx } from "clsx";
import type { ReactNode } from "react";
import { type Column, hideBelowStyle } from "./data-table-column";
import { Skeleton } from "./skeleton";

// Not a client component, so that loading.tsx files render tables without their scripts.

/** The part of a column that its header and skeleton need. */
export type Head = Omit<Column<never>, "cell" | "secondLine" | "wide">;

export const tableStyle = "w-full border-separate border-spacing-0 text-sm max-sm:block";

export const cellStyle =
  "break-words border-b px-3 py-2.5 align-top group-last:border-b-0 first:pl-4 last:pr-4 max-sm:border-b-0 max-sm:px-4 max-sm:py-1";

/** Of the column with checkboxes. */
export const selectCellStyle = "w-10 pr-0! max-sm:p-0!";

/** A table whose rows are loading. */
export function DataTableSkeleton({
  label,
  heads,
  last = null,
  selectable = false,
  rows = 5,
  lines = 2,
}: {
  label: string;
  heads: readonly Head[];
  last?: string | null;
  selectable?: boolean;
  rows?: number;
  lines?: 1 | 2;
}) {
  return (
    <div className="rounded-surface border bg-surface">
      <table aria-label={label} aria-busy className={tableStyle}>
        <DataTableHead heads={heads} last={last} select={selectable ? null : undefined} />
        <tbody className="max-sm:block">
          {Array.from({ length: rows }, (_, index) => (
            <DataTableSkeletonRow
              // biome-ignore lint/suspicious/noArrayIndexKey: the rows are alike and never move.
              key={index}
              heads={heads}
              actions={last !== null}
              selectable={selectable}
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
  select,
}: {
  heads: readonly Head[];
  last: string | null;
  /** A checkbox for all rows; null if they are loading. */
  select?: ReactNode;
}) {
  return (
    <thead className="max-sm:sr-only">
      <tr>
        {select !== undefined && (
          <th
            scope="col"
            className="sticky top-0 z-2 w-10 rounded-tl-surface border-b bg-sunken pl-4 text-left"
          >
            {select ?? <span className="sr-only">Select</span>}
          </th>
        )}
        {heads.map((head) => (
          <HeadCell key={head.id} head={head} />
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

function HeadCell({ head }: { head: Head }) {
  return (
    <th
      scope="col"
      aria-sort={head.sorted}
      className={clsx(
        "sticky top-0 z-2 h-9 whitespace-nowrap border-b bg-sunken px-3 font-medium text-muted text-xs first:rounded-tl-surface first:pl-4 last:rounded-tr-surface last:pr-4",
        head.align === "right" ? "text-right" : "text-left",
        head.width,
        head.hideBelow && hideBelowStyle[head.hideBelow],
      )}
    >
      {head.headerControl && <div className="max-sm:hidden">{head.headerControl}</div>}
      <span className={clsx(head.headerHidden ? "sr-only" : head.headerControl && "sm:hidden")}>
        {head.header}
      </span>
    </th>
  );
}

export function DataTableSkeletonRow({
  heads,
  actions,
  selectable,
  lines,
}: {
  heads: readonly Head[];
  actions: boolean;
  selectable: boolean;
  lines: 1 | 2;
}) {
  return (
    <tr aria-hidden className="group max-sm:block max-sm:border-b max-sm:py-3">
      {selectable && <td className={clsx(cellStyle, selectCellStyle, "max-sm:hidden")} />}
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
