"use client";

// What the Access logs page shows beside its first rows, loaded together right after them.
export { KeyFilter } from "./key-filter";
export { LiveEntries } from "./live-entries";
export { LogOverview } from "./log-overview";
export { LogTools } from "./log-tools";
export { MoreFilters } from "./more-filters";
