import { type Caller, callerOf, mostCallers, otherCallers } from "./caller";
import { cleanText } from "./clean-text";
import { type CountedEntry, readCounted } from "./entry-line";
import { hourOf, hourText, timestampText } from "./timestamp";

/** Decisions of one key in one hour. */
export type HourlyUse = {
  keyId: string;
  workspaceId: string;
  hour: string;
  allowed: number;
  denied: number;
};
/** Decisions for one caller of a key. */
export type CallerUse = Caller & {
  keyId: string;
  firstAt: string;
  lastAt: string;
  ip: string | null;
  allowed: number;
  denied: number;
};
export type LastUse = { keyId: string; at: string; ip: string | null; userAgent: string | null };

type CallerTally = {
  caller: Caller;
  firstAt: number;
  lastAt: number;
  ip: string | null;
  allowed: number;
  denied: number;
};

/** A key's decisions in its latest hour, and its last allowed request. `lastAllowedAt` is 0 when there was none. */
type KeyTally = {
  workspaceId: string;
  hour: number;
  allowed: number;
  denied: number;
  lastAllowedAt: number;
  ip: string | null;
  userAgent: string | null;
  callers: Map<string, CallerTally>;
  /** The last entry's texts and its caller: most requests come from the caller of the request before. */
  latest: (Pick<CountedEntry, "ip" | "userAgent" | "method" | "path"> & { tally: CallerTally }) | null;
};

/** Counts entries as they come. Keeping the entries themselves until they are copied would burden the garbage collector. */
export class Tally {
  private readonly keys = new Map<string, KeyTally>();
  private readonly earlierHours: HourlyUse[] = [];
  /** What was used of each quota block. */
  readonly spent = new Map<string, number>();

  /** @param at Microseconds since 1970, in ascending order. */
  add(entry: CountedEntry, at: number): void {
    const { keyId, workspaceId, spent } = entry;
    if (keyId === null || workspaceId === null) return;
    let key = this.keys.get(keyId);
    if (key === undefined) {
      key = {
        workspaceId,
        hour: hourOf(at),
        allowed: 0,
        denied: 0,
        lastAllowedAt: 0,
        ip: null,
        userAgent: null,
        callers: new Map(),
        latest: null,
      };
      this.keys.set(keyId, key);
    }
    const hour = hourOf(at);
    if (key.hour !== hour) {
      this.earlierHours.push(hourlyUse(keyId, key));
      key.hour = hour;
      key.allowed = 0;
      key.denied = 0;
    }
    const caller = callerTally(key, entry, at);
    caller.lastAt = at;
    caller.ip = entry.ip;
    if (entry.outcome === "allowed") {
      caller.allowed += 1;
      key.allowed += 1;
      key.lastAllowedAt = at;
      key.ip = entry.ip;
      key.userAgent = entry.userAgent;
    } else {
      caller.denied += 1;
      key.denied += 1;
    }
    if (spent !== undefined && spent.length > 0)
      for (const { block, amount } of spent) this.spent.set(block, (this.spent.get(block) ?? 0) + amount);
  }

  hourlyUses(): HourlyUse[] {
    return [...this.earlierHours, ...Array.from(this.keys, ([keyId, key]) => hourlyUse(keyId, key))];
  }

  callerUses(): CallerUse[] {
    return Array.from(this.keys).flatMap(([keyId, { callers }]) =>
      Array.from(callers.values(), ({ caller, firstAt, lastAt, ...counts }) => ({
        ...{ keyId, ...caller, ...counts },
        firstAt: timestampText(firstAt),
        lastAt: timestampText(lastAt),
      })),
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

function callerTally(key: KeyTally, entry: CountedEntry, at: number): CallerTally {
  const { latest } = key;
  const { ip, userAgent, method, path } = entry;
  if (
    latest !== null &&
    latest.ip === ip &&
    latest.path === path &&
    latest.userAgent === userAgent &&
    latest.method === method
  )
    return latest.tally;
  let caller = callerOf(entry);
  let name = `${caller.address}\t${caller.client}\t${caller.method}\t${caller.route}`;
  if (key.callers.size >= mostCallers && !key.callers.has(name)) {
    caller = otherCallers;
    name = "";
  }
  let tally = key.callers.get(name);
  if (tally === undefined) {
    tally = { caller, firstAt: at, lastAt: at, ip, allowed: 0, denied: 0 };
    key.callers.set(name, tally);
  }
  key.latest = { ip, userAgent, method, path, tally };
  return tally;
}

function hourlyUse(keyId: string, { workspaceId, hour, allowed, denied }: KeyTally): HourlyUse {
  return { keyId, workspaceId, hour: hourText(hour), allowed, denied };
}
