import type { AccessLogEntry } from "@/lib/contracts/access-logs";
import { decisionChecks } from "@/lib/contracts/decision-checks";

export type DecisionStep = { passed: boolean; text: string };

/** The checks of a request in order, up to the one that failed. Empty for sign-ins. */
export function decisionSteps(
  entry: Pick<AccessLogEntry, "source" | "outcome" | "code" | "key" | "wouldDeny">,
): DecisionStep[] {
  if (entry.source === "console") return [];
  if (entry.outcome === "allowed") {
    return checksOf(entry.source).map((check) => ({
      passed: true,
      text: passedText(check, entry.wouldDeny),
    }));
  }
  const failing = decisionChecks.findIndex((check) =>
    (check.codes as readonly string[]).includes(entry.code),
  );
  const failed = decisionChecks[failing];
  if (!failed) return [];
  // An address with too many failed attempts is denied before its key is looked up, so the earlier checks never ran.
  const passed = entry.key || failing <= 1 ? decisionChecks.slice(0, failing) : [];
  return [
    ...passed.map((check) => ({ passed: true, text: check.passed })),
    { passed: false, text: failed.failed },
  ];
}

function passedText({ codes, passed }: (typeof decisionChecks)[number], wouldDeny?: string): string {
  if (!(codes as readonly string[]).includes(wouldDeny ?? "")) return passed;
  return wouldDeny === "rate_limit_exceeded"
    ? `${passed}, but beyond the report-only limit`
    : `${passed}, but not on the report-only list`;
}

/** Introspection stops after the address: it has no request to authorize, and doesn't count toward limits or quotas. */
function checksOf(source: AccessLogEntry["source"]) {
  if (source !== "introspection") return decisionChecks;
  const lastChecked = decisionChecks.findIndex((check) =>
    (check.codes as readonly string[]).includes("ip_not_allowed"),
  );
  return decisionChecks.slice(0, lastChecked + 1);
}
