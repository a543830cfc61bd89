import type { DenialCode, LogCode, LogSource } from "@/lib/contracts/access-logs";
import { type Caller, callerOfEntry, mostCallers, otherCallers } from "./caller";
import { cleanText } from "./clean-text";
import { type CountedEntry, readCounted } from "./entry-line";
import { minuteOf, minuteText, timestampText } from "./timestamp";

/** Entries of one minute that had the same outcome. */
export type MinuteCount = {
  minute: string;
  code: LogCode;
  /** Empty for none: it is part of a primary key. */
  wouldDeny: DenialCode | "";
  source: LogSource;
  count: number;
};
export type KeyCount = MinuteCount & { keyId: string; workspaceId: string };
/** Decisions for one caller of a key. */
export type CallerUse = Caller & {
  keyId: string;
  workspaceId: string;
  firstAt: string;
  lastAt: string;
  ip: string | null;
  allowed: number;
  denied: number;
  counts: MinuteCount[];
};
export type LastUse = { keyId: string; at: string; ip: string | null; userAgent: string | null };

type Count = Omit<MinuteCount, "minute" | "wouldDeny"> & { minute: number; wouldDeny: DenialCode | null };
type CallerTally = {
  caller: Caller;
  firstAt: number;
  lastAt: number;
  ip: string | null;
  counts: Count[];
  /** The last one that was counted: most entries count like the one before. */
  latest: Count | null;
};

/** A key's decisions, and its last allowed request. `lastAllowedAt` is 0 when there was none. */
type KeyTally = {
  workspaceId: string;
  lastAllowedAt: number;
  ip: string | null;
  userAgent: string | null;
  callers: Map<string, CallerTally>;
  /** The last entry's caller. */
  latest: { caller: Caller; tally: CallerTally } | null;
};

/** Counts entries as they come. Keeping the entries themselves until they are copied would burden the garbage collector. */
export class Tally {
  private readonly keys = new Map<string, KeyTally>();
  /** What was used of each quota block. */
  readonly spent = new Map<string, number>();

  /** @param at Microseconds since 1970, in ascending order. */
  add(entry: CountedEntry, at: number): void {
    const { keyId, workspaceId, spent } = entry;
    if (keyId === null || workspaceId === null) return;
    let key = this.keys.get(keyId);
    if (key === undefined) {
      key = { workspaceId, lastAllowedAt: 0, ip: null, userAgent: null, callers: new Map(), latest: null };
      this.keys.set(keyId, key);
    }
    const caller = callerTally(key, callerOfEntry(entry), entry.ip, at);
    caller.lastAt = at;
    caller.ip = entry.ip;
    countOf(caller, entry, minuteOf(at)).count += 1;
    if (entry.outcome === "allowed") {
      key.lastAllowedAt = at;
      key.ip = entry.ip;
      key.userAgent = entry.userAgent;
    }
    if (spent !== undefined && spent.length > 0)
      for (const { block, amount } of spent) this.spent.set(block, (this.spent.get(block) ?? 0) + amount);
  }

  get isEmpty(): boolean {
    return this.keys.size === 0;
  }

  keyCounts(): KeyCount[] {
    return Array.from(this.keys).flatMap(([keyId, { workspaceId, callers }]) => {
      const sums = new Map<string, Count>();
      for (const { counts } of callers.values())
        for (const count of counts) {
          const name = `${count.minute} ${count.code} ${count.wouldDeny} ${count.source}`;
          const sum = sums.get(name);
          if (sum) sum.count += count.count;
          else sums.set(name, { ...count });
        }
      return Array.from(sums.values(), (sum) => ({ keyId, workspaceId, ...minuteCount(sum) }));
    });
  }

  callerUses(): CallerUse[] {
    return Array.from(this.keys).flatMap(([keyId, { workspaceId, callers }]) =>
      Array.from(callers.values(), ({ caller, firstAt, lastAt, ip, counts }) => {
        const sum = (wanted: boolean) =>
          counts.reduce((total, { code, count }) => total + ((code === "valid") === wanted ? count : 0), 0);
        return {
          ...{ keyId, workspaceId, ...caller, ip },
          firstAt: timestampText(firstAt),
          lastAt: timestampText(lastAt),
          allowed: sum(true),
          denied: sum(false),
          counts: counts.map(minuteCount),
        };
      }),
    );
  }

  /** Cleans the user agents, because a client may send characters that PostgreSQL rejects. */
  lastUses(): LastUse[] {
    return Array.from(this.keys).flatMap(([keyId, { lastAllowedAt: usedAt, ip, userAgent }]) =>
      usedAt === 0 ? [] : { keyId, at: timestampText(usedAt), ip, userAgent: cleanText(userAgent, 512) },
    );
  }
}

/** Counts encoded lines. */
export function tallyOf(lines: Buffer): Tally {
  const tally = new Tally();
  for (const line of lines.toString().split("\n")) {
    const counted = readCounted(line);
    if (counted) tally.add(counted.entry, counted.at);
  }
  return tally;
}

function callerTally(key: KeyTally, caller: Caller, ip: string | null, at: number): CallerTally {
  if (key.latest !== null && key.latest.caller === caller) return key.latest.tally;
  let counted = caller;
  let name = `${caller.address}\t${caller.client}\t${caller.method}\t${caller.route}`;
  if (key.callers.size >= mostCallers && !key.callers.has(name)) {
    counted = otherCallers;
    name = "";
  }
  let tally = key.callers.get(name);
  if (tally === undefined) {
    tally = { caller: counted, firstAt: at, lastAt: at, ip, counts: [], latest: null };
    key.callers.set(name, tally);
  }
  key.latest = { caller, tally };
  return tally;
}

function countOf(caller: CallerTally, entry: CountedEntry, minute: number): Count {
  const { code, source, wouldDeny = null } = entry;
  const isSame = (count: Count) =>
    count.code === code &&
    count.minute === minute &&
    count.source === source &&
    count.wouldDeny === wouldDeny;
  if (caller.latest !== null && isSame(caller.latest)) return caller.latest;
  let count = caller.counts.find(isSame);
  if (count === undefined) {
    count = { minute, code, wouldDeny, source, count: 0 };
    caller.counts.push(count);
  }
  caller.latest = count;
  return count;
}

function minuteCount({ minute, wouldDeny, ...count }: Count): MinuteCount {
  return { ...count, minute: minuteText(minute), wouldDeny: wouldDeny ?? "" };
}
