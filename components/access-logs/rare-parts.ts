"use client";

// What the page shows only now and then, loaded together on use.
export { AccessLogEntrySheet } from "./access-log-entry-sheet";
export { EmptyLog } from "./empty-log";
export { NoSuchRequest } from "./no-such-request";
export { OpenEntry } from "./open-entry";
export { SilentProcessWarning } from "./silent-process-warning";
