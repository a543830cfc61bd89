import { type Finding, type Severity, severities } from "@/lib/server/doctor/finding";

type Counts = { problems: number; warnings: number; notes: number };

/** A report for people. What is worst comes last, where a terminal shows it. */
export function reportText(findings: readonly Finding[]): string {
  const sections = severities.flatMap((severity) =>
    findings.filter((finding) => finding.severity === severity).map(textOf),
  );
  return [...sections, summaryOf(countSeverities(findings))].join("\n");
}

export function countSeverities(findings: readonly Finding[]): Counts {
  const count = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length;
  return { problems: count("problem"), warnings: count("warning"), notes: count("note") };
}

function textOf({ id, severity, what, why, mend }: Finding): string {
  const first = `${severity.padEnd(8)} ${id.padEnd(24)} ${what}`;
  if (severity === "ok") return first;
  return ["", first, `         Why: ${why}`, ...(mend ? [`         Mend: ${mend}`] : [])].join("\n");
}

function summaryOf({ problems, warnings, notes }: Counts): string {
  const parts = [plural(problems, "problem"), plural(warnings, "warning"), plural(notes, "note")];
  return `\n${parts.join(", ")}. docs/troubleshooting.md explains each check.`;
}

function plural(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}
