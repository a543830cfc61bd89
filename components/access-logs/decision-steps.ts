import { type AccessLogEntry, decisionChecks } from "@/lib/contracts/access-logs";

export type DecisionStep = { passed: boolean; text: string };

/**
 * What was checked about a request, in order, up to the check that refused it. Empty for a sign-in, which is no decision
 * about a key.
 */
export function decisionSteps(
  entry: Pick<AccessLogEntry, "source" | "outcome" | "code" | "key">,
): DecisionStep[] {
  if (entry.source === "console") return [];
  if (entry.outcome === "allowed") {
    return checksOf(entry.source).map((check) => ({ passed: true, text: check.passed }));
  }
  const failing = decisionChecks.findIndex((check) =>
    (check.codes as readonly string[]).includes(entry.code),
  );
  const failed = decisionChecks[failing];
  if (!failed) return [];
  // An address past its limit of failures is turned away before its key is looked at: nothing before it was checked.
  const passed = entry.key || failing <= 1 ? decisionChecks.slice(0, failing) : [];
  return [
    ...passed.map((check) => ({ passed: true, text: check.passed })),
    { passed: false, text: failed.failed },
  ];
}

/** Introspection judges up to the address: it knows no request whose permission could be judged, and uses nothing up. */
function checksOf(source: AccessLogEntry["source"]) {
  if (source !== "introspection") return decisionChecks;
  const lastJudged = decisionChecks.findIndex((check) =>
    (check.codes as readonly string[]).includes("ip_not_allowed"),
  );
  return decisionChecks.slice(0, lastJudged + 1);
}
