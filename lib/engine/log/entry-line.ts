import type { LogCode, LogSource, Outcome } from "@/lib/contracts/access-logs";
import type { BlockUse } from "../quotas/quota-holder";
import { cleanText } from "./clean-text";
import { parseTimestamp, timestampText } from "./timestamp";

/** One decision or sign-in attempt, as it is handed to the log. Its time and number are given when it is appended. */
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
  /** What an allowed decision took of quotas. */
  spent?: BlockUse[];
};

/** The columns of a line, in their order: a line of the spool is a line of PostgreSQL's COPY in its text format. */
export const entryColumns =
  "at, writer, seq, kind, request_id, workspace_id, key_id, user_id, source, method, path, outcome, status, code, ip, user_agent, spent";

const none = "\\N";

/** @param at Microseconds since 1970. */
export function encodeLine(entry: NewEntry, at: number, writer: string, seq: number): string {
  const { requestId, method, path, spent } = entry;
  // Few pieces: this runs for every decision, and each piece is a string of its own until the line is written.
  return `${timestampText(at)}\t${writer}\t${seq}\t${entry.kind}\t${escaped(requestId, 64)}${callerColumns(entry)}${escaped(method, 16)}\t${escaped(path, 2048)}${resultColumns(entry)}${spent?.length ? spent.map(({ block, amount }) => `${block}:${amount}`).join() : none}\n`;
}

/** What the counts beside the log need of an entry. */
export type CountedEntry = Pick<NewEntry, "workspaceId" | "keyId" | "outcome" | "ip" | "userAgent" | "spent">;

/** That, read from its line. @returns null where the line is none of ours. */
export function readCounted(line: string): { entry: CountedEntry; at: number } | null {
  const fields = line.split("\t");
  const [written, , , , , workspaceId, keyId, , , , , outcome, , , ip, userAgent, spent] = fields as string[];
  const at = parseTimestamp(written as string);
  if (fields.length !== 17 || Number.isNaN(at)) return null;
  return {
    at,
    entry: {
      workspaceId: unescaped(workspaceId),
      keyId: unescaped(keyId),
      outcome: outcome as Outcome,
      ip: unescaped(ip),
      userAgent: unescaped(userAgent),
      spent: spent === none ? [] : readSpent(spent as string),
    },
  };
}

function readSpent(text: string): BlockUse[] {
  return text.split(",").map((item) => {
    const colon = item.lastIndexOf(":");
    return { block: item.slice(0, colon), amount: Number(item.slice(colon + 1)) };
  });
}

/** Columns that are the same in line after line, and what they were written from. */
type CallerColumns = Pick<NewEntry, "workspaceId" | "userId" | "source"> & { text: string };
type ResultColumns = Pick<NewEntry, "outcome" | "status" | "code" | "userAgent"> & { text: string };

/** By key, and by address: a client mostly sends one user agent. Bounded: whoever calls can send any header. */
const callerCache = new Map<string | null, CallerColumns>();
const resultCache = new Map<string | null, ResultColumns>();
const cachedEntries = 4096;
const cachedLength = 200;

/** From the workspace to the source, with the tabs around them. */
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

/** From the outcome to the user agent, with the tabs around them. */
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
  const columns = [outcome, status, code, escaped(ip, 45), escaped(userAgent, 512)];
  const text = `\t${columns.join("\t")}\t`;
  if ((userAgent?.length ?? 0) <= cachedLength && (ip?.length ?? 0) <= cachedLength)
    remember(resultCache, ownCopy(ip), { outcome, status, code, userAgent: ownCopy(userAgent), text });
  return text;
}

function remember<Value>(map: Map<string | null, Value>, key: string | null, value: Value): void {
  if (map.size >= cachedEntries) map.clear();
  map.set(key, value);
}

/** Text cut out of a longer one keeps all of that in memory: a request's whole head for a user agent. */
function ownCopy(text: string | null): string | null {
  return text === null ? null : ` ${text}`.slice(1);
}

/** Printable ASCII without the backslash, as nearly all text here is, stands for itself. */
const plain = /^[ -[\]-~]*$/;

function escaped(text: string | null, maximumLength: number): string {
  if (text === null) return none;
  if (text.length <= maximumLength && plain.test(text)) return text;
  return (cleanText(text, maximumLength) as string).replaceAll("\\", "\\\\");
}

function unescaped(text: string | undefined): string | null {
  return text === none || text === undefined ? null : text.replaceAll("\\\\", "\\");
}
