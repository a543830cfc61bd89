import { expect, test } from "vitest";
import { enforcedSentence, limitsOf, reportOnlyWords } from "./report-only-words";

const ips = { allowedIps: ["203.0.113.7"], rateLimitPerMinute: null, enforceAt: null };
const limit = { allowedIps: [], rateLimitPerMinute: 1200, enforceAt: null };
const both = { ...ips, rateLimitPerMinute: 1 };

test("only what is report-only is tried and enforced", () => {
  expect(limitsOf(ips)).toEqual({ allowedIps: ["203.0.113.7"] });
  expect(limitsOf(limit)).toEqual({ rateLimitPerMinute: 1200 });
  expect(limitsOf(both)).toEqual({ allowedIps: ["203.0.113.7"], rateLimitPerMinute: 1 });
});

test("it says which requests would be refused", () => {
  const said = (reportOnly: typeof both | typeof ips | typeof limit) => {
    const { what, refused } = reportOnlyWords(reportOnly);
    return `Report-only ${what}: requests ${refused}`;
  };
  expect(said(ips)).toBe("Report-only addresses: requests from other addresses");
  expect(said(limit)).toBe("Report-only rate limit: requests beyond 1,200 per minute");
  expect(said(both)).toBe("Report-only limits: requests from other addresses or beyond 1 per minute");
});

test("it says what is enforced", () => {
  expect(enforcedSentence("importer", ips)).toBe("importer now accepts requests from these addresses only.");
  expect(enforcedSentence("importer", limit)).toBe("importer now accepts at most 1,200 requests per minute.");
  expect(enforcedSentence("importer", both)).toBe(
    "importer now accepts at most 1 request per minute, from these addresses only.",
  );
});
