import type { DenialCode, LogCode, LogSource, Outcome } from "@/lib/contracts/access-logs";
import type { KeyFormats } from "../keys/key-format";
import type { BlockUse } from "../quotas/block-account";
import { printedAddress } from "../request/client-address";
import { type Caller, callerOfEntry } from "./caller";
import { cleanText, ownCopy } from "./clean-text";
import { parseTimestamp, timestampText } from "./timestamp";

/** A decision or sign-in attempt to log. It gets its time and sequence number when it is appended. */
export type NewEntry = {
  kind: "decision" | "sign_in";
  requestId: string;
  workspaceId: string | null;
  keyId: string | null;
  userId: string | null;
  source: LogSource;
  method: string | null;
  path: string | null;
  outcome: Outcome;
  status: number;
  code: LogCode;
  ip: string | null;
  userAgent: string | null;
  /** What an allowed decision took from quota blocks. */
  spent?: BlockUse[];
  /** Why an allowed request would have been denied by a rule that isn't enforced yet. */
  wouldDeny?: DenialCode | null;
};

/** Masks everything shaped like a secret in the texts that a client chose. Changes the entry. */
export function maskSecrets(entry: NewEntry, keyFormats: KeyFormats): void {
  entry.requestId = keyFormats.mask(entry.requestId);
  if (entry.method !== null) entry.method = keyFormats.mask(entry.method);
  if (entry.path !== null) entry.path = keyFormats.mask(entry.path);
  if (entry.userAgent !== null) entry.userAgent = keyFormats.mask(entry.userAgent);
}

/** The columns of a line, in order. A line of the spool is a line of PostgreSQL's COPY in text format. */
export const entryColumns =
  "at, writer, seq, kind, request_id, workspace_id, key_id, user_id, source, method, path, outcome, status, code, ip, user_agent, spent, would_deny, client, route";

/** The number of columns that earlier versions wrote. New columns are only ever added at the end. */
const earlierColumns = 17;

/** The columns of encoded lines. All lines of a writer have the same, and an earlier version may have left its spool behind. */
export function columnsOf(lines: Buffer): string {
  const columns = entryColumns.split(", ");
  const written = lines.toString("latin1", 0, lines.indexOf(10)).split("\t").length;
  return columns.slice(0, Math.max(earlierColumns, written)).join(", ");
}

const none = "\\N";

/** @param at Microseconds since 1970. */
export function encodeLine(entry: NewEntry, at: number, writer: string, seq: number): string {
  const { requestId, method, path, spent } = entry;
  // Built from few pieces, because this runs for every decision and each piece allocates a string.
  return `${timestampText(at)}\t${writer}\t${seq}\t${entry.kind}\t${escaped(requestId, 64)}${callerColumns(entry)}${escaped(method, 16)}\t${escaped(path, 2048)}${resultColumns(entry)}${spent?.length ? spent.map(({ block, amount }) => `${block}:${amount}`).join() : none}\t${entry.wouldDeny ?? none}${callerNameColumns(callerOfEntry(entry))}`;
}

/** The part of an entry that is counted. */
export type CountedEntry = Pick<
  NewEntry,
  | "workspaceId"
  | "keyId"
  | "source"
  | "method"
  | "path"
  | "outcome"
  | "code"
  | "ip"
  | "userAgent"
  | "spent"
  | "wouldDeny"
>;

/** Reads that part from a line. @returns null when the line doesn't have our format. */
export function readCounted(line: string): { entry: CountedEntry; at: number } | null {
  const fields = line.split("\t");
  const [written, , , , , workspaceId, keyId, , source] = fields as string[];
  const [method, path, outcome, , code, ip, userAgent, spent, wouldDeny] = fields.slice(9) as string[];
  const at = parseTimestamp(written as string);
  if (fields.length < earlierColumns || Number.isNaN(at)) return null;
  return {
    at,
    entry: {
      workspaceId: unescaped(workspaceId),
      keyId: unescaped(keyId),
      source: source as LogSource,
      method: unescaped(method),
      path: unescaped(path),
      outcome: outcome as Outcome,
      code: code as LogCode,
      ip: unescaped(ip),
      userAgent: unescaped(userAgent),
      spent: spent === none ? [] : readSpent(spent as string),
      wouldDeny: unescaped(wouldDeny) as DenialCode | null,
    },
  };
}

function readSpent(text: string): BlockUse[] {
  return text.split(",").map((item) => {
    const colon = item.lastIndexOf(":");
    return { block: item.slice(0, colon), amount: Number(item.slice(colon + 1)) };
  });
}

/** Columns that are often the same from line to line, with the values that they were encoded from. */
type CallerColumns = Pick<NewEntry, "workspaceId" | "userId" | "source"> & { text: string };
type ResultColumns = Pick<NewEntry, "outcome" | "status" | "code" | "userAgent"> & { text: string };

/** Encoded columns by key and by address; a client mostly sends one user agent. Bounded, because clients can send any header. */
const callerCache = new Map<string | null, CallerColumns>();
const resultCache = new Map<string | null, ResultColumns>();
const cachedEntries = 4096;
const cachedLength = 200;

/** The columns from workspace to source, with the tabs around them. */
function callerColumns({ keyId, workspaceId, userId, source }: NewEntry): string {
  const known = callerCache.get(keyId);
  if (
    known !== undefined &&
    known.workspaceId === workspaceId &&
    known.userId === userId &&
    known.source === source
  )
    return known.text;
  const text = `\t${[workspaceId ?? none, keyId ?? none, userId ?? none, source].join("\t")}\t`;
  remember(callerCache, keyId, { workspaceId, userId, source, text });
  return text;
}

/** The columns from outcome to user agent, with the tabs around them. */
function resultColumns({ outcome, status, code, ip, userAgent }: NewEntry): string {
  const known = resultCache.get(ip);
  if (
    known !== undefined &&
    known.userAgent === userAgent &&
    known.code === code &&
    known.status === status &&
    known.outcome === outcome
  )
    return known.text;
  const columns = [outcome, status, code, escaped(ip && printedAddress(ip), 45), escaped(userAgent, 512)];
  const text = `\t${columns.join("\t")}\t`;
  if ((userAgent?.length ?? 0) <= cachedLength && (ip?.length ?? 0) <= cachedLength)
    remember(resultCache, ip && ownCopy(ip), {
      ...{ outcome, status, code, text },
      userAgent: userAgent && ownCopy(userAgent),
    });
  return text;
}

/** The last columns and the end of the line, by caller. */
const callerNameTexts = new WeakMap<Caller, string>();

function callerNameColumns(caller: Caller): string {
  const known = callerNameTexts.get(caller);
  if (known !== undefined) return known;
  const text = `\t${escaped(caller.client || null, 60)}\t${escaped(caller.route || null, 130)}\n`;
  callerNameTexts.set(caller, text);
  return text;
}

function remember<Value>(map: Map<string | null, Value>, key: string | null, value: Value): void {
  if (map.size >= cachedEntries) map.clear();
  map.set(key, value);
}

/** Printable ASCII without the backslash needs no escaping. Nearly all text here is. */
const plain = /^[ -[\]-~]*$/;

function escaped(text: string | null, maximumLength: number): string {
  if (text === null) return none;
  if (text.length <= maximumLength && plain.test(text)) return text;
  return (cleanText(text, maximumLength) as string).replaceAll("\\", "\\\\");
}

/** The text of a column. Null for none. */
export function unescaped(text: string | undefined): string | null {
  return text === none || text === undefined ? null : text.replaceAll("\\\\", "\\");
}
