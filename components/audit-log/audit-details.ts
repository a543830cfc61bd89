import type { AuditEvent } from "@/lib/contracts/audit-events";
import { impliedChanges } from "./implied-changes";

export type AuditDetail = { label: string; before: string | null; after: string };

/** What an event changed, with the value before, and what else it tells. */
export function auditDetails({ action, details }: Pick<AuditEvent, "action" | "details">): {
  changes: AuditDetail[];
  facts: AuditDetail[];
} {
  const lines = Object.entries(details).flatMap(([name, value]) => linesOf([name], value));
  const changes = lines.filter(({ before }) => before !== null);
  const implied = impliedChanges[action];
  // Newer events record the change itself.
  if (implied && changes.length === 0) changes.push(implied);
  return { changes, facts: lines.filter(({ before }) => before === null) };
}

function linesOf(path: string[], value: unknown): AuditDetail[] {
  const label = sentenceOf(path);
  if (!isRecord(value)) return [{ label, before: null, after: words(value) }];
  const change = changeOf(value);
  if (change) return changesOf(path, change.before, change.after);
  // "changes" only wraps the changed values: leave it out of the label.
  return Object.entries(value).flatMap(([name, inner]) =>
    linesOf(path[0] === "changes" ? [name] : [...path, name], inner),
  );
}

/** Of a change of several fields, those that differ. */
function changesOf(path: string[], before: unknown, after: unknown): AuditDetail[] {
  if (isRecord(before) && isRecord(after))
    return [...new Set([...Object.keys(before), ...Object.keys(after)])]
      .filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
      .flatMap((name) => changesOf([...path, name], before[name], after[name]));
  return [{ label: sentenceOf(path), before: words(before), after: words(after) }];
}

function changeOf(value: Record<string, unknown>): { before: unknown; after: unknown } | null {
  if (Object.keys(value).length !== 2) return null;
  if ("from" in value && "to" in value) return { before: value.from, after: value.to };
  if ("before" in value && "after" in value) return { before: value.before, after: value.after };
  return null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `expiresAt` → "Expires at". */
function sentenceOf(path: string[]): string {
  const text = path.map((name) =>
    name
      .replace(/[_-]+/g, " ")
      .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
      .toLowerCase(),
  );
  const sentence = text
    .join(" · ")
    .replace(/\bip(s?)\b/g, "IP$1")
    .replace(/\bid\b/g, "id");
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

function words(value: unknown): string {
  if (value === null || value === undefined || value === "") return "None";
  if (typeof value === "boolean") return value ? "Yes" : "No";
  if (Array.isArray(value)) return value.length === 0 ? "None" : value.map(words).join(", ");
  return isRecord(value) ? JSON.stringify(value) : String(value);
}
