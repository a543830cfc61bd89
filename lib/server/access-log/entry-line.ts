import type { LogCode, LogSource, Outcome } from "@/lib/contracts/access-logs";
import type { Spent } from "../quotas/quota-holder";
import { cleanText } from "./clean-text";

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
  spent?: Spent[];
};

/** The columns of a line, in their order: a line of the spool is a line of PostgreSQL's COPY in its text format. */
export const entryColumns =
  "at, writer, seq, kind, request_id, workspace_id, key_id, user_id, source, method, path, outcome, status, code, ip, user_agent, spent";

const none = "\\N";

/** @param at As `momentText` gives it. */
export function encodeLine(entry: NewEntry, at: string, writer: string, seq: number): string {
  const { kind, requestId, workspaceId, keyId, userId, source, outcome, status, code, ip, spent } = entry;
  return `${at}\t${writer}\t${seq}\t${kind}\t${escaped(requestId, 64)}\t${workspaceId ?? none}\t${keyId ?? none}\t${userId ?? none}\t${source}\t${escaped(entry.method, 16)}\t${escaped(entry.path, 2048)}\t${outcome}\t${status}\t${code}\t${escaped(ip, 45)}\t${escaped(entry.userAgent, 512)}\t${spent?.length ? spent.map(({ block, amount }) => `${block}:${amount}`).join() : none}\n`;
}

/** What the counts beside the log need of a line. */
export type CountedEntry = {
  at: string;
  workspaceId: string;
  keyId: string;
  allowed: boolean;
  ip: string | null;
  userAgent: string | null;
  spent: Spent[];
};

/** What an entry counts for, as it is handed over. @returns null for one that no key is counted by. */
export function countedOf(
  { keyId, workspaceId, outcome, ip, userAgent, spent = [] }: NewEntry,
  at: string,
): CountedEntry | null {
  if (keyId === null || workspaceId === null) return null;
  return { at, workspaceId, keyId, allowed: outcome === "allowed", ip, userAgent, spent };
}

/** The same, read from its line. */
export function readCounted(line: string): CountedEntry | null {
  const fields = line.split("\t");
  const [at, , , , , workspaceId, keyId, , , , , outcome, , , ip, userAgent, spent] = fields as string[];
  if (fields.length !== 17 || keyId === none || workspaceId === none) return null;
  return {
    at: at as string,
    workspaceId: workspaceId as string,
    keyId: keyId as string,
    allowed: outcome === "allowed",
    ip: unescaped(ip),
    userAgent: unescaped(userAgent),
    spent: spent === none ? [] : readSpent(spent as string),
  };
}

function readSpent(text: string): Spent[] {
  return text.split(",").map((item) => {
    const colon = item.lastIndexOf(":");
    return { block: item.slice(0, colon), amount: Number(item.slice(colon + 1)) };
  });
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

let second = Number.NaN;
let secondText = "";

/** A moment in microseconds since 1970 as PostgreSQL reads it. */
export function momentText(microseconds: number): string {
  const whole = Math.floor(microseconds / 1e6);
  if (whole !== second) {
    second = whole;
    secondText = new Date(whole * 1000).toISOString().slice(0, 20);
  }
  return `${secondText}${String(microseconds - whole * 1e6).padStart(6, "0")}Z`;
}
