import { describe, expect, it } from "vitest";
import type { AccessLogEntry } from "@/lib/contracts/access-logs";
import { decisionChecks } from "@/lib/contracts/decision-checks";
import { decisionSteps } from "./decision-steps";

const key = { id: "key_1", name: "blog ingest", prefix: "kw_sk_9f3A", suffix: "x1Zq" };
const entry = (changes: Partial<AccessLogEntry>) =>
  ({ source: "api", outcome: "denied", code: "valid", key, ...changes }) as AccessLogEntry;

describe("decisionSteps", () => {
  it("stops at the check that failed", () => {
    const steps = decisionSteps(entry({ code: "ip_not_allowed" }));
    expect(steps.map((step) => step.passed)).toEqual([true, true, true, true, true, true, false]);
    expect(steps.at(-1)?.text).toBe("The address is not on the key's allowlist");
  });

  it.each(decisionChecks.flatMap((check, index) => check.codes.map((code) => [code, index] as const)))(
    "%s fails check %i",
    (code, index) => {
      const steps = decisionSteps(entry({ code }));
      expect(steps.findIndex((step) => !step.passed)).toBe(index);
      expect(steps).toHaveLength(index + 1);
    },
  );

  it("shows each check of an allowed request as passed", () => {
    const steps = decisionSteps(entry({ outcome: "allowed", code: "valid" }));
    expect(steps).toHaveLength(decisionChecks.length);
    expect(steps.every((step) => step.passed)).toBe(true);
  });

  it("says which check a report-only limit would fail", () => {
    const steps = decisionSteps(entry({ outcome: "allowed", code: "valid", wouldDeny: "ip_not_allowed" }));
    expect(steps.every((step) => step.passed)).toBe(true);
    expect(steps[6]?.text).toBe("The address is allowed, but not on the report-only list");
    const over = entry({ outcome: "allowed", code: "valid", wouldDeny: "rate_limit_exceeded" });
    expect(decisionSteps(over)[8]?.text).toBe("Within the rate limit, but beyond the report-only limit");
  });

  it("ends after the address check for introspection", () => {
    const steps = decisionSteps(entry({ outcome: "allowed", code: "valid", source: "introspection" }));
    expect(steps.at(-1)?.text).toBe("The address is allowed");
  });

  it("shows no passed checks if the key was never looked up", () => {
    expect(decisionSteps(entry({ code: "rate_limit_exceeded", key: null }))).toEqual([
      { passed: false, text: "The rate limit was exceeded" },
    ]);
  });

  it("has no checks for a sign-in", () => {
    expect(decisionSteps(entry({ source: "console", code: "incorrect_credentials" }))).toEqual([]);
  });
});
