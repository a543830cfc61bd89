"use client";

// What the audit log shows beside its rows, loaded together right after them.
export { ExportDialog } from "@/components/exports/export-dialog";
export { ActionFilter } from "./action-filter";
export { AuditEventSheet } from "./audit-event-sheet";
export { PersonFilter } from "./person-filter";
