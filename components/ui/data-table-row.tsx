"use client";

import { clsx } from "clsx";
import { ChevronRight } from "lucide-react";
import type { MouseEvent, ReactNode } from "react";
import { type Column, hideBelowStyle } from "./data-table-column";
import { cellStyle, selectCellStyle } from "./data-table-skeleton";
import { IconButton } from "./icon-button";
import { LinkOnHover } from "./link-on-hover";

export function DataTableRow<Row>({
  className,
  row,
  columns,
  href,
  open,
  actions,
  select,
}: {
  className?: string | undefined;
  row: Row;
  columns: readonly Column<Row>[];
  href?: string | undefined;
  open?: { label: string; onOpen: () => void; preload?: () => void } | undefined;
  actions?: ReactNode;
  /** A checkbox before the first cell; null for a row that can't be selected. */
  select?: ReactNode;
}) {
  const last =
    actions ??
    (open && (
      <IconButton label={open.label} onClick={open.onOpen} onFocus={open.preload}>
        <ChevronRight aria-hidden />
      </IconButton>
    ));

  return (
    <tr
      onClick={href || open ? pressRow : undefined}
      onPointerEnter={open?.preload}
      className={clsx(
        "group relative max-sm:border-b max-sm:py-2.5 max-sm:last:border-b-0",
        className ?? "max-sm:block",
        (href || open) &&
          "cursor-pointer transition-colors duration-150 hover:bg-hover has-[>td>a:focus-visible]:bg-hover",
      )}
    >
      {select !== undefined && <SelectCell>{select}</SelectCell>}
      {columns.map((column, index) => (
        <td
          key={column.id}
          className={clsx(
            cellStyle,
            column.align === "right" && "text-right tabular-nums max-sm:text-left",
            column.hideBelow && hideBelowStyle[column.hideBelow],
            column.card ??
              (index === 0
                ? clsx("max-sm:block max-sm:pr-14 max-sm:pb-1.5", select !== undefined && "max-sm:pl-11!")
                : "max-sm:grid max-sm:grid-cols-[6.5rem_minmax(0,1fr)]"),
          )}
        >
          {index > 0 && !column.card && (
            <span aria-hidden className="text-muted sm:hidden">
              {column.headerHidden ? "" : column.header}
            </span>
          )}
          {index === 0 && href ? (
            // The link covers the whole row. Other controls in the row stand above it (`relative z-1`).
            <LinkOnHover
              href={href}
              className="block w-fit font-medium wrap-anywhere sm:min-w-32 after:absolute after:inset-0 focus-visible:outline-offset-4"
            >
              {column.cell(row)}
            </LinkOnHover>
          ) : (
            <div className={clsx("min-w-0", column.wide && "wrap-anywhere")}>{column.cell(row)}</div>
          )}
          {column.secondLine && (
            <div className="mt-0.5 text-muted max-sm:col-start-2">{column.secondLine(row)}</div>
          )}
        </td>
      ))}
      {last !== undefined && (
        <td
          className={clsx(
            cellStyle,
            "w-12 py-[3px]! text-right max-sm:absolute max-sm:top-1 max-sm:right-1 max-sm:w-auto max-sm:p-0!",
          )}
        >
          <div className="relative z-1 inline-flex">{last}</div>
        </td>
      )}
    </tr>
  );
}

function SelectCell({ children }: { children: ReactNode }) {
  return (
    <td className={clsx(cellStyle, selectCellStyle, "max-sm:absolute max-sm:top-1 max-sm:left-1.5")}>
      <div className="relative z-1">{children}</div>
    </td>
  );
}

/**
 * A press anywhere in the row activates its link or button, even on elements that stand above the link. Other controls, and
 * presses that end a text selection, are left alone.
 */
function pressRow(event: MouseEvent<HTMLTableRowElement>) {
  const pressed = event.target as HTMLElement;
  if (!event.currentTarget.contains(pressed) || pressed.closest("a, button, label, [role=menu]")) return;
  if (window.getSelection()?.isCollapsed === false) return;
  const control = event.currentTarget.querySelector<HTMLElement>("td > a, td:last-child button");
  control?.focus({ preventScroll: true });
  control?.click();
}
