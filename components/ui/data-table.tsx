"use client";

import { clsx } from "clsx";
import type { ReactNode } from "react";
import type { Column, Selection } from "./data-table-column";
import { DataTableRow } from "./data-table-row";
import { DataTableHead, DataTableSkeletonRow, tableStyle } from "./data-table-skeleton";

/**
 * A table with a sticky header. Below 640 px, rows become stacked.
 * Shows a skeleton while `rows` is undefined, `error` if it's set, and `empty`, or `noMatch` if `filtered`, if there are no rows.
 * With `rowHref`, the whole row is a link named by its first cell. With `rowOpen`, pressing the row or the button at its end
 * opens its details.
 */
export function DataTable<Row>({
  label,
  columns,
  rows,
  rowKey,
  rowHref,
  rowOpen,
  rowActions,
  error,
  empty,
  noMatch,
  filtered = false,
  footer,
  skeletonRows = 5,
  rowLines = 2,
  rowClass,
  dimmed = false,
  selection,
}: {
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[] | undefined;
  rowKey: (row: Row) => string;
  rowHref?: (row: Row) => string;
  /** `label` is the accessible name of the row's button. `preload` is called before a likely press. */
  rowOpen?: { label: (row: Row) => string; onOpen: (row: Row) => void; preload?: () => void };
  rowActions?: (row: Row) => ReactNode;
  /** An ErrorState. */
  error?: ReactNode;
  /** An EmptyState. */
  empty?: ReactNode;
  noMatch?: ReactNode;
  filtered?: boolean;
  /** Under the rows: counts, "Load more". */
  footer?: ReactNode;
  skeletonRows?: number;
  /** Lines of text per row, for the height of the skeleton. */
  rowLines?: 1 | 2;
  /** Instead of stacked cells below 640 px. The columns place their cells with `card`. */
  rowClass?: string;
  /** The rows belong to the previous query, and the new ones are loading. */
  dimmed?: boolean;
  selection?: Selection<Row>;
}) {
  const loading = rows === undefined && !error;
  const nothing = !error && rows?.length === 0;
  const lastHead = rowActions ? "Actions" : rowOpen ? "Details" : null;

  return (
    <div className="rounded-surface border bg-surface">
      {error || nothing ? (
        error || (filtered ? noMatch : empty)
      ) : (
        // Must not be a scroll container from 640 px on, or the header wouldn't stick to the window.
        <table
          aria-label={label}
          aria-busy={loading || dimmed}
          className={clsx(tableStyle, "transition-opacity duration-150", dimmed && "opacity-60")}
        >
          <DataTableHead heads={columns} last={lastHead} select={selection?.all} />
          <tbody className="max-sm:block">
            {rows?.map((row) => (
              <DataTableRow
                key={rowKey(row)}
                className={rowClass}
                row={row}
                columns={columns}
                href={rowHref?.(row)}
                open={rowOpen && { ...rowOpen, label: rowOpen.label(row), onOpen: () => rowOpen.onOpen(row) }}
                actions={rowActions?.(row)}
                select={selection?.one(row)}
              />
            ))}
            {loading &&
              Array.from({ length: skeletonRows }, (_, index) => (
                <DataTableSkeletonRow
                  // biome-ignore lint/suspicious/noArrayIndexKey: the rows are alike and never move.
                  key={index}
                  heads={columns}
                  actions={lastHead !== null}
                  selectable={selection !== undefined}
                  lines={rowLines}
                />
              ))}
          </tbody>
        </table>
      )}
      {footer && <div className="border-t px-4 py-2.5 text-muted text-sm">{footer}</div>}
      <span role="status" className="sr-only">
        {loading ? `Loading ${label}` : ""}
      </span>
    </div>
  );
}
