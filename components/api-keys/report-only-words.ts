import type { ReportOnlyLimits } from "@/lib/contracts/api-keys";

/** The limits as a change or a preview names them. */
export function limitsOf({ allowedIps, rateLimitPerMinute }: ReportOnlyLimits) {
  return {
    ...(allowedIps.length > 0 && { allowedIps }),
    ...(rateLimitPerMinute !== null && { rateLimitPerMinute }),
  };
}

export function perMinute(limit: number): string {
  return `${limit.toLocaleString("en-US")} ${limit === 1 ? "request" : "requests"} per minute`;
}

/** What is report-only, and which requests it would refuse. */
export function reportOnlyWords({ allowedIps, rateLimitPerMinute }: ReportOnlyLimits) {
  const addresses = {
    what: "addresses",
    were: "were",
    these: "these addresses",
    refused: "from other addresses",
  };
  if (rateLimitPerMinute === null) return addresses;
  const beyond = `beyond ${rateLimitPerMinute.toLocaleString("en-US")} per minute`;
  if (allowedIps.length === 0)
    return { what: "rate limit", were: "was", these: "this limit", refused: beyond };
  return {
    what: "limits",
    were: "were",
    these: "these limits",
    refused: `from other addresses or ${beyond}`,
  };
}

export function enforcedSentence(name: string, { allowedIps, rateLimitPerMinute }: ReportOnlyLimits): string {
  if (rateLimitPerMinute === null) return `${name} now accepts requests from these addresses only.`;
  const most = `at most ${perMinute(rateLimitPerMinute)}`;
  return `${name} now accepts ${most}${allowedIps.length > 0 ? ", from these addresses only" : ""}.`;
}
