"use client";

// What the Access logs page shows beside its first rows, loaded together right after them.
export { AccessLogFilterFields } from "./access-log-filter-fields";
export { LiveEntries } from "./live-entries";
export { LogOverview } from "./log-overview";
export { LogTools } from "./log-tools";
export { RowKeys } from "./row-keys";
