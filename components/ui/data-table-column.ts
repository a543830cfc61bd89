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
  align?: "left" | "right";
  /** A width class such as `w-40`. */
  width?: string;
  /** Hidden below this width, except in stacked rows. */
  hideBelow?: "rail" | "lg" | "xl";
  /** Shows the header only to assistive technology. */
  headerHidden?: boolean;
};

/** How a table is sorted, and what pressing a header does. */
export type Sorting = { column: string; descending: boolean; onSort: (column: string) => void };

export const hideBelowStyle = { rail: "max-rail:sm:hidden", lg: "max-lg:sm:hidden", xl: "max-xl:sm:hidden" };
