import type { KeyRecord } from "./key-record";

type Dated = Pick<KeyRecord, "reportOnlyEnforceAt">;
type ReportOnlyIps = Dated & Pick<KeyRecord, "allowedIps" | "reportOnlyIps">;
type ReportOnlyLimit = Dated & Pick<KeyRecord, "rateLimitPerMinute" | "reportOnlyRateLimit">;

/** Whether the time has come from which a key's stricter addresses and its lower rate limit are enforced. */
export function enforcesReportOnly({ reportOnlyEnforceAt }: Dated, now: number): boolean {
  return reportOnlyEnforceAt !== null && now >= reportOnlyEnforceAt.getTime();
}

/** The addresses that decisions enforce at a time. An empty list is every address. */
export function enforcedIps(key: ReportOnlyIps, now: number): string[] {
  return key.reportOnlyIps.length > 0 && enforcesReportOnly(key, now) ? key.reportOnlyIps : key.allowedIps;
}

/**
 * A key's own rate limit that decisions enforce at a time.
 * @param limit The limit that applies without the report-only one, the workspace's and the server's included. Enforcing never raises it.
 */
export function enforcedRateLimit(
  key: ReportOnlyLimit,
  now: number,
  limit = key.rateLimitPerMinute ?? Number.POSITIVE_INFINITY,
): number | null {
  const { rateLimitPerMinute, reportOnlyRateLimit } = key;
  if (reportOnlyRateLimit === null || !enforcesReportOnly(key, now)) return rateLimitPerMinute;
  return Math.min(reportOnlyRateLimit, limit);
}
