import { hash } from "node:crypto";

/** Entries of the access log that can't be sent any more. */
export type LostRange = { writer: string; first: number; last: number; reason: string };

type Value = string | number | null;
type Attribute = { key: string; value: { stringValue: string } | { intValue: string } };

const info = { severityNumber: 9, severityText: "INFO" };
const warning = { severityNumber: 13, severityText: "WARN" };

/** Says which entries are missing. */
export function lostRecord({ writer, first, last, reason }: LostRange): string {
  const count = last - first + 1;
  return record(
    { at: now(), name: "keyward.access_log.gap", severity: warning },
    `${count} ${count === 1 ? "entry" : "entries"} of the access log could not be sent: ${reason}`,
    {
      "log.record.uid": `${writer}-gap-${first}-${last}`,
      "keyward.writer": writer,
      "keyward.gap.first": first,
      "keyward.gap.last": last,
      "keyward.gap.reason": reason,
    },
  );
}

/** A checkpoint of the logs' seals. The body is the line as it is in AUDIT_CHECKPOINT_FILE. */
export function checkpointRecord(line: string): string {
  return record({ at: now(), name: "keyward.checkpoint", severity: info }, line, {
    "log.record.uid": hash("sha256", line),
  });
}

export type Resource = Record<string, string>;

/** What stands before and after the records of an ExportLogsServiceRequest. */
export function requestAround(resource: Resource, version: string): [before: string, after: string] {
  const attributes = JSON.stringify(attributesOf(resource));
  const scope = JSON.stringify({ name: "keyward", version });
  return [
    `{"resourceLogs":[{"resource":{"attributes":${attributes}},"scopeLogs":[{"scope":${scope},"logRecords":[`,
    "]}]}]}",
  ];
}

function record(
  { at, name, severity }: { at: string; name: string; severity: typeof info },
  body: string,
  attributes: Record<string, Value>,
): string {
  return JSON.stringify({
    timeUnixNano: at,
    observedTimeUnixNano: at,
    ...severity,
    eventName: name,
    body: { stringValue: body },
    attributes: attributesOf(attributes),
  });
}

function attributesOf(values: Record<string, Value>): Attribute[] {
  const attributes: Attribute[] = [];
  for (const [key, value] of Object.entries(values)) {
    if (value === null) continue;
    attributes.push({
      key,
      value: typeof value === "number" ? { intValue: String(value) } : { stringValue: value },
    });
  }
  return attributes;
}

function now(): string {
  return `${Date.now()}000000`;
}
