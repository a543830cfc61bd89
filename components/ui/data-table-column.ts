import type { ReactNode } from "react";

export type Column<Row> = {
  id: string;
  /** The column's word: in the head, and before the value where rows are stacked. */
  header: string;
  cell: (row: Row) => ReactNode;
  /** A muted line under the cell, outside of the row's link. */
  secondLine?: (row: Row) => ReactNode;
  /** Gives way where the table is too wide: its text breaks anywhere. */
  wide?: boolean;
  align?: "left" | "right";
  /** A width class such as `w-40`. */
  width?: string;
  /** Left out below this width: 640–900 px is narrow for many columns. Stacked rows show all. */
  hideBelow?: "rail" | "lg" | "xl";
  /** The head is for assistive technology alone, as over a row's menu. */
  headerHidden?: boolean;
};

export const hideBelowStyle = { rail: "max-rail:sm:hidden", lg: "max-lg:sm:hidden", xl: "max-xl:sm:hidden" };
