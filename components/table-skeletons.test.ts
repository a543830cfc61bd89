import { expect, it } from "vitest";
import { apiKeyColumns } from "./api-keys/api-key-columns";
import { apiKeyHeads } from "./api-keys/api-keys-skeleton";
import type { Column } from "./ui/data-table-column";

it("draws a table that is still loading with the columns that it will have", () => {
  expect(apiKeyHeads).toEqual(apiKeyColumns.map(headOf));
});

function headOf({ id, header, align, width, hideBelow }: Column<never>) {
  return { id, header, ...(align && { align }), ...(width && { width }), ...(hideBelow && { hideBelow }) };
}
