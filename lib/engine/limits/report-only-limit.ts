import type { KeyRecord } from "../keys/key-record";
import { enforcedRateLimit, enforcesReportOnly } from "../keys/report-only";
import { type Limiter, ownLimit } from "./key-limits";
import type { SlidingWindow } from "./sliding-window";

/**
 * The key with the rate limit that is enforced at a time. A key without a report-only limit is returned as it is.
 * @param now By the database's clock.
 */
export function withEnforcedLimit(
  key: KeyRecord,
  limiter: Pick<Limiter, "requestsPerMinute">,
  now: number,
): KeyRecord {
  if (key.reportOnlyRateLimit === null || !enforcesReportOnly(key, now)) return key;
  const rateLimitPerMinute = enforcedRateLimit(key, now, ownLimit(key, limiter));
  return { ...key, rateLimitPerMinute, reportOnlyRateLimit: null };
}

/** What counting against report-only limits needs. */
type Reporter = {
  /** What the limits would have allowed. */
  reportedUses: SlidingWindow;
  limitSharing: { instances: number };
};

/**
 * Counts an allowed request against the key's report-only limit, if it has one. Each instance counts on its own, against its even
 * share of the limit: a report isn't worth a query.
 * @param now When the request took its use of the enforced limit.
 * @returns The code with which the limit would have denied the request. It uses nothing then, like a denied request.
 */
export function reportLimit(
  { keyId, reportOnlyRateLimit }: Pick<KeyRecord, "keyId" | "reportOnlyRateLimit">,
  { reportedUses, limitSharing }: Reporter,
  now: number,
): "rate_limit_exceeded" | null {
  if (reportOnlyRateLimit === null) return null;
  const share = Math.max(1, Math.floor(reportOnlyRateLimit / limitSharing.instances));
  return reportedUses.take(keyId, share, now).allowed ? null : "rate_limit_exceeded";
}
