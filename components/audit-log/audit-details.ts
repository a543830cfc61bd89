export type AuditDetail = { label: string; before: string | null; after: string };

/** Flattens an event's details into one line per value, with the old value where there is one. */
export function auditDetails(details: Record<string, unknown>): AuditDetail[] {
  return Object.entries(details).flatMap(([name, value]) => linesOf([name], value));
}

function linesOf(path: string[], value: unknown): AuditDetail[] {
  const label = sentenceOf(path);
  if (!isRecord(value)) return [{ label, before: null, after: words(value) }];
  const change = changeOf(value);
  if (change) return [{ label, before: words(change.before), after: words(change.after) }];
  // "changes" only wraps the changed values: leave it out of the label.
  return Object.entries(value).flatMap(([name, inner]) =>
    linesOf(path[0] === "changes" ? [name] : [...path, name], inner),
  );
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
