import { ArrowDown, ArrowUp } from "lucide-react";
import type { Column } from "@/components/ui/data-table-column";
import type { ApiKey } from "@/lib/contracts/api-keys";

/** The columns with headers that sort. `sort` is a column, after `-` in descending order. */
export function sortedColumns(
  columns: readonly Column<ApiKey>[],
  sort: string,
  onSort: (sort: string) => void,
): Column<ApiKey>[] {
  const descending = sort.startsWith("-");
  const Arrow = descending ? ArrowDown : ArrowUp;
  return columns.map((column) => {
    const sorted = column.id === sort.replace(/^-/, "");
    return {
      ...column,
      sorted: sorted ? (descending ? "descending" : "ascending") : undefined,
      headerControl: (
        <button
          type="button"
          onClick={() => onSort(nextSort(sort, column.id))}
          className="-mx-1 inline-flex h-7 items-center gap-1 rounded-control px-1 hover:text-text"
        >
          {column.header}
          {sorted && <Arrow aria-hidden className="size-3" />}
        </button>
      ),
    };
  });
}

/** A header sorts by its column, pressed again in reverse, and a third time not at all. Last used begins with the most recent. */
function nextSort(sort: string, column: string): string {
  const reverse = `-${column}`;
  const [first, second] = column === "last-used" ? [reverse, column] : [column, reverse];
  if (sort === first) return second;
  return sort === second ? "" : first;
}
