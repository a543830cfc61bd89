import { ownCopy } from "@/lib/engine/log/clean-text";
import { unescaped } from "@/lib/engine/log/entry-line";

/** The methods that http.request.method may have. */
const knownMethods = new Set([
  "CONNECT",
  "DELETE",
  "GET",
  "HEAD",
  "OPTIONS",
  "PATCH",
  "POST",
  "PUT",
  "QUERY",
  "TRACE",
]);
const earliestColumns = 17;
const timestampLength = 27;

/**
 * The LogRecord of a line of the spool, in OTLP's JSON. Runs for every decision, beside decisions. So it is written from pieces that
 * are mostly the same from entry to entry: objects and JSON.stringify take four times as long.
 * @returns null if the line doesn't have our format.
 */
export function entryRecord(line: string): string | null {
  const tabs = tabsOf(line);
  const column = (index: number) => line.slice(start(tabs, index), tabs[index] ?? line.length);
  const columns = (first: number, last: number) => line.slice(start(tabs, first), tabs[last] ?? line.length);
  const time = tabs.length >= earliestColumns - 1 ? nanoseconds(column(0)) : null;
  if (time === null) return null;
  const writer = column(1);
  const seq = column(2);
  const kind = column(3);
  const who = cached(whoPieces, columns(5, 8), whoPiece);
  const method = cached(methodPieces, column(9), methodPiece);
  const path = textOf(column(10));
  const result = cached(resultPieces, columns(11, 15), resultPiece);
  const caller = tabs.length > 16 ? cached(callerPieces, columns(17, 19), callerPiece) : "";
  let subject = "sign-in";
  if (kind !== "sign_in")
    subject = path === null ? method.body.trim() || "key" : method.body + path.slice(1, -1);
  return `{"timeUnixNano":"${time}","observedTimeUnixNano":"${time}",${result.severity},"eventName":"keyward.${kind}","body":{"stringValue":"${subject}${result.body}"},"attributes":[{"key":"log.record.uid","value":{"stringValue":"${writer}-${seq}"}},{"key":"keyward.writer","value":{"stringValue":"${writer}"}},{"key":"keyward.sequence_number","value":{"intValue":"${seq}"}},{"key":"keyward.request.id","value":{"stringValue":${textOf(column(4)) ?? '""'}}}${who}${method.attributes}${path === null ? "" : `,{"key":"url.path","value":{"stringValue":${path}}}`}${result.attributes}${caller}]}`;
}

function tabsOf(line: string): number[] {
  const tabs: number[] = [];
  for (let at = line.indexOf("\t"); at >= 0; at = line.indexOf("\t", at + 1)) tabs.push(at);
  return tabs;
}

function start(tabs: number[], index: number): number {
  return index === 0 ? 0 : (tabs[index - 1] as number) + 1;
}

let second = "";
let secondsText = "";

/** Of `2026-11-28T10:00:00.123456Z`. Most entries are of the same second as the one before. */
function nanoseconds(text: string): string | null {
  if (text.length !== timestampLength) return null;
  if (!text.startsWith(second) || second === "") {
    const seconds = Date.parse(`${text.slice(0, 19)}Z`) / 1000;
    if (Number.isNaN(seconds)) return null;
    second = ownCopy(text.slice(0, 19));
    secondsText = String(seconds);
  }
  return `${secondsText}${text.slice(20, 26)}000`;
}

/** What was made of columns that repeat, by their text in the line. Bounded, because clients choose it. */
const whoPieces = new Map<string, string>();
const methodPieces = new Map<string, { body: string; attributes: string }>();
const resultPieces = new Map<string, { severity: string; body: string; attributes: string }>();
const callerPieces = new Map<string, string>();
const mostCached = 4096;
const longestCached = 300;

function cached<Piece>(known: Map<string, Piece>, text: string, make: (columns: string[]) => Piece): Piece {
  const before = known.get(text);
  if (before !== undefined) return before;
  const piece = make(text.split("\t"));
  if (known.size >= mostCached) known.clear();
  if (text.length <= longestCached) known.set(ownCopy(text), piece);
  return piece;
}

function whoPiece([workspaceId, keyId, userId, source]: string[]): string {
  return (
    attribute("keyward.workspace.id", workspaceId) +
    attribute("keyward.key.id", keyId) +
    attribute("user.id", userId) +
    attribute("keyward.source", source)
  );
}

function methodPiece([method = ""]: string[]) {
  const text = textOf(method);
  if (text === null) return { body: "", attributes: "" };
  const body = `${text.slice(1, -1)} `;
  if (knownMethods.has(method)) return { body, attributes: attribute("http.request.method", method) };
  const original = attribute("http.request.method_original", method);
  return { body, attributes: attribute("http.request.method", "_OTHER") + original };
}

function resultPiece([outcome, status = "", code = "", ip, userAgent]: string[]) {
  const isAllowed = outcome === "allowed";
  return {
    severity: isAllowed
      ? `"severityNumber":9,"severityText":"INFO"`
      : `"severityNumber":13,"severityText":"WARN"`,
    body: isAllowed ? ": allowed" : `: denied, ${code}`,
    attributes:
      attribute("keyward.outcome", outcome) +
      attribute("keyward.code", code) +
      `,{"key":"http.response.status_code","value":{"intValue":"${Number(status)}"}}` +
      attribute("client.address", ip) +
      attribute("user_agent.original", userAgent),
  };
}

function callerPiece([wouldDeny, client, route]: string[]): string {
  return (
    attribute("keyward.would_deny", wouldDeny) +
    attribute("user_agent.name", client) +
    attribute("keyward.route", route)
  );
}

function attribute(key: string, column: string | undefined): string {
  const text = textOf(column);
  return text === null ? "" : `,{"key":"${key}","value":{"stringValue":${text}}}`;
}

/** Needs no escaping, neither in the line nor in JSON. Nearly all text is like that. */
const plain = /^[ !#-[\]-~]*$/;

/** A column as a string of JSON. Null for none. */
function textOf(column: string | undefined): string | null {
  if (column !== undefined && plain.test(column)) return `"${column}"`;
  const text = unescaped(column);
  return text === null ? null : JSON.stringify(text);
}
