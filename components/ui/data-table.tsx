"use client";

import { clsx } from "clsx";
import type { ReactNode } from "react";
import { type Column, hideBelowStyle } from "./data-table-column";
import { DataTableRow, DataTableSkeletonRow } from "./data-table-row";

/**
 * Rows under a head that stays in sight. Below 640 px each row is a stack of the same words.
 * `rows` undefined is loading; `error` takes precedence; no rows show `empty`, or `noMatch` where `filtered`.
 * The first column's cell is the row's title. With `rowHref` it is a link that the whole row takes part in; with
 * `rowOpen` a button at its end, and a press anywhere in it, opens something beside the table.
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
  dimmed = false,
}: {
  /** The table's name. */
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[] | undefined;
  rowKey: (row: Row) => string;
  rowHref?: (row: Row) => string;
  /** `label` names the button of one row. */
  rowOpen?: { label: (row: Row) => string; onOpen: (row: Row) => void };
  /** The row's menu; it stands last. */
  rowActions?: (row: Row) => ReactNode;
  /** An ErrorState. */
  error?: ReactNode;
  /** An EmptyState. */
  empty?: ReactNode;
  /** What stands here when filters leave nothing. */
  noMatch?: ReactNode;
  filtered?: boolean;
  /** Under the rows: counts, "Load more". */
  footer?: ReactNode;
  skeletonRows?: number;
  /** How many lines of text a row is high, so that its skeleton is as high. */
  rowLines?: 1 | 2;
  /** The rows are of the last question; those of the new one are on their way. */
  dimmed?: boolean;
}) {
  const loading = rows === undefined && !error;
  const nothing = !error && rows?.length === 0;
  const lastHead = rowActions ? "Actions" : rowOpen ? "Details" : null;

  return (
    <div className="rounded-surface border bg-surface">
      {error || nothing ? (
        error || (filtered ? noMatch : empty)
      ) : (
        // Not a scroll container from 640 px on, or the head could not stick to the window.
        <table
          aria-label={label}
          aria-busy={loading || dimmed}
          className={clsx(
            "w-full border-separate border-spacing-0 text-sm transition-opacity duration-150 max-sm:block",
            dimmed && "opacity-60",
          )}
        >
          <thead className="max-sm:sr-only">
            <tr>
              {columns.map((column) => (
                <HeadCell key={column.id} column={column} />
              ))}
              {lastHead && (
                <th scope="col" className="sticky top-0 z-2 w-12 rounded-tr-surface border-b bg-sunken">
                  <span className="sr-only">{lastHead}</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody className="max-sm:block">
            {rows?.map((row) => (
              <DataTableRow
                key={rowKey(row)}
                row={row}
                columns={columns}
                href={rowHref?.(row)}
                open={rowOpen && { label: rowOpen.label(row), onOpen: () => rowOpen.onOpen(row) }}
                actions={rowActions?.(row)}
              />
            ))}
            {loading &&
              Array.from({ length: skeletonRows }, (_, index) => (
                <DataTableSkeletonRow
                  // biome-ignore lint/suspicious/noArrayIndexKey: the rows are alike and never move.
                  key={index}
                  columns={columns}
                  actions={lastHead !== null}
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

function HeadCell<Row>({ column }: { column: Column<Row> }) {
  return (
    <th
      scope="col"
      className={clsx(
        "sticky top-0 z-2 h-9 whitespace-nowrap border-b bg-sunken px-3 font-medium text-muted text-xs first:rounded-tl-surface first:pl-4 last:rounded-tr-surface last:pr-4",
        column.align === "right" ? "text-right" : "text-left",
        column.width,
        column.hideBelow && hideBelowStyle[column.hideBelow],
      )}
    >
      {column.headerHidden ? <span className="sr-only">{column.header}</span> : column.header}
    </th>
  );
}
