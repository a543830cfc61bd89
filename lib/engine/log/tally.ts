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
export type LastUse = { keyId: string; at: string; ip: string | null; userAgent: string | null };

/** A key's decisions in its latest hour, and its last allowed request. `lastAllowedAt` is 0 when there was none. */
type KeyTally = {
  workspaceId: string;
  hour: number;
  allowed: number;
  denied: number;
  lastAllowedAt: number;
  ip: string | null;
  userAgent: string | null;
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
    if (entry.outcome === "allowed") {
      key.allowed += 1;
      key.lastAllowedAt = at;
      key.ip = entry.ip;
      key.userAgent = entry.userAgent;
    } else key.denied += 1;
    if (spent !== undefined && spent.length > 0)
      for (const { block, amount } of spent) this.spent.set(block, (this.spent.get(block) ?? 0) + amount);
  }

  hourlyUses(): HourlyUse[] {
    return [...this.earlierHours, ...Array.from(this.keys, ([keyId, key]) => hourlyUse(keyId, key))];
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

function hourlyUse(keyId: string, { workspaceId, hour, allowed, denied }: KeyTally): HourlyUse {
  return { keyId, workspaceId, hour: hourText(hour), allowed, denied };
}
