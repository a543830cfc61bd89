import type { ReactNode } from "react";

export type Column<Row> = {
  id: string;
  /** In the table's header, or before the value in stacked rows. */
  header: string;
  cell: (row: Row) => ReactNode;
  /** A muted line below the cell's content, outside the row's link. */
  secondLine?: (row: Row) => ReactNode;
  /** Its text may break anywhere, to make room in a narrow table. */
  wide?: boolean;
  /** Classes for its cell in a table with a `rowClass`. On phones it has no header before it. */
  card?: string;
  align?: "left" | "right";
  /** Classes of its header, such as `w-40`. */
  width?: string;
  /** Hidden below this width, except in stacked rows. */
  hideBelow?: "rail" | "lg" | "xl";
  /** Shows the header only to assistive technology. */
  headerHidden?: boolean;
  /** The rows are sorted by it. */
  sorted?: "ascending" | "descending" | undefined;
  /** Shown in the table's header instead of the text, such as a button that sorts. Not in stacked rows, whose header is invisible. */
  headerControl?: ReactNode;
};

/** Checkboxes in the first column of a table. */
export type Selection<Row> = {
  /** In the table's header. */
  all: ReactNode;
  /** Null for a row that can't be selected. */
  one: (row: Row) => ReactNode;
};

export const hideBelowStyle = { rail: "max-rail:sm:hidden", lg: "max-lg:sm:hidden", xl: "max-xl:sm:hidden" };
