import { expect, it } from "vitest";
import { accessLogColumns } from "./access-logs/access-log-columns";
import { accessLogHeads } from "./access-logs/access-logs-skeleton";
import { apiKeyColumns } from "./api-keys/api-key-columns";
import { apiKeyHeads } from "./api-keys/api-keys-skeleton";
import { auditEventColumns } from "./audit-log/audit-event-table";
import { auditEventHeads } from "./audit-log/audit-log-skeleton";
import { subscriptionColumns } from "./event-subscriptions/subscription-columns";
import { subscriptionHeads } from "./event-subscriptions/subscriptions-skeleton";
import { memberColumns } from "./members/member-table";
import { memberHeads } from "./members/members-skeleton";
import type { Column } from "./ui/data-table-column";

it("draws a table that is still loading with the columns that it will have", () => {
  expect(apiKeyHeads).toEqual(apiKeyColumns.map(headOf));
  expect(accessLogHeads).toEqual(accessLogColumns.map(headOf));
  expect(auditEventHeads).toEqual(auditEventColumns.map(headOf));
  expect(subscriptionHeads).toEqual(subscriptionColumns.map(headOf));
  expect(memberHeads).toEqual(memberColumns("usr_any").map(headOf));
});

function headOf({ id, header, align, width, hideBelow }: Column<never>) {
  return { id, header, ...(align && { align }), ...(width && { width }), ...(hideBelow && { hideBelow }) };
}
