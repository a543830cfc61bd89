import type { KeyRecord } from "./key-record";

type ReportOnly = Pick<KeyRecord, "allowedIps" | "reportOnlyIps" | "reportOnlyEnforceAt">;

/** Whether the time has come from which a key's stricter list of addresses is enforced. */
export function enforcesReportOnly(
  { reportOnlyEnforceAt }: Pick<ReportOnly, "reportOnlyEnforceAt">,
  now: number,
): boolean {
  return reportOnlyEnforceAt !== null && now >= reportOnlyEnforceAt.getTime();
}

/** The addresses that decisions enforce at a time. An empty list is every address. */
export function enforcedIps(key: ReportOnly, now: number): string[] {
  return enforcesReportOnly(key, now) ? key.reportOnlyIps : key.allowedIps;
}
