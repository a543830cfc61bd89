/**
 * The rules by which an instance may decide from memory and yet never after a revocation was answered (docs/decisions/014).
 * Every change of a key, member or workspace has an epoch, in commit order. A lease means: every epoch committed before the
 * renewal that granted it was sent has been applied here. All functions are pure but for the lease they are given.
 */

export type LeaseTimes = {
  /** How long a renewal lets an instance decide from memory. */
  leaseMs: number;
  periodMs: number;
  /** No instance of any version holds a longer lease: the schema forbids it. */
  longestLeaseMs: number;
  /** How long beyond its lease an instance decides from memory where the database does not answer (STALE_VERDICT_SECONDS). */
  staleMs?: number;
  /**
   * For how long before the start the database is known to have followed its timeline. Never in a server that serves: a failover
   * just before would go unnoticed. A test knows it of the database that it made.
   */
  knownBeforeMs?: number;
};
export const leaseTimes: LeaseTimes = { leaseMs: 2000, periodMs: 500, longestLeaseMs: 5000 };

/** After this long on the revoker's own clock a lease is over on every clock whose rate is within 5 % of it. */
export function leaseOverAfter(leaseMs: number): number {
  return 1.05 * leaseMs + 100;
}

export type Invalidation = {
  epoch: number;
  scope: "key" | "hash" | "member" | "workspace" | "all";
  id: string;
};

/** What the one statement of a renewal brings back, all of one snapshot. */
export type RenewalReply = {
  /** Whether this instance's row was still there, in this timeline. */
  held: boolean;
  timeline: string;
  epoch: number;
  prunedTo: number;
  /** The log above what was applied, at most `invalidationsRead` of it. */
  invalidations: Invalidation[];
  databaseMs: number;
};
/** The clocks of this process, in milliseconds: the monotonic one, and the wall's, which goes on while a machine sleeps. */
export type Clocks = { mono: number; wall: number };

export function readClocks(): Clocks {
  return { mono: performance.now(), wall: Date.now() };
}

export const invalidationsRead = 1000;
/** Floors kept one by one. Beyond it one floor for everything stands for them: costs look-ups, never exactness. */
const floorsKept = 20_000;

type Floors = Record<"key" | "hash" | "member" | "workspace", Map<string, number>>;

export type Lease = {
  timeline: string;
  applied: number;
  /** Until when memory may decide, on both clocks. */
  until: Clocks;
  /** The least epoch an entry must have been read at, for everything and one by one. */
  allFloor: number;
  highestFloor: number;
  floors: Floors;
  floorCount: number;
  /** The database's clock beside ours, from the renewal that told it, and before which time we never go back. */
  databaseMs: number;
  databaseMono: number;
  minimumMs: number;
};

/** A join gives no lease: only a renewal sent after it does. */
export function joinedLease(timeline: string): Lease {
  return {
    timeline,
    applied: 0,
    until: { mono: 0, wall: 0 },
    allFloor: 0,
    highestFloor: 0,
    floors: { key: new Map(), hash: new Map(), member: new Map(), workspace: new Map() },
    floorCount: 0,
    databaseMs: 0,
    databaseMono: 0,
    minimumMs: 0,
  };
}

/**
 * Applies a renewal: first what is out of date, only then the longer lease.
 * @param sent Our clocks before the renewal was handed to the driver.
 * @returns `rejoin` where all that is known is void; `advanced` where the acknowledgement should be stored at once.
 */
export function applyReply(
  lease: Lease,
  reply: RenewalReply,
  sent: Clocks,
  receivedMono: number,
  { leaseMs }: LeaseTimes,
): "rejoin" | "advanced" | "same" {
  if (!reply.held || reply.timeline !== lease.timeline) {
    lease.until = { mono: 0, wall: 0 };
    return "rejoin";
  }
  if (reply.invalidations.length > invalidationsRead || lease.applied < reply.prunedTo)
    raiseAll(lease, reply.epoch);
  else for (const invalidation of reply.invalidations) raiseFloor(lease, invalidation);
  const advanced = reply.epoch > lease.applied;
  if (advanced) lease.applied = reply.epoch;
  // A reply that was away for longer than a lease tells no time: half of its way may be hours.
  if (receivedMono < sent.mono + leaseMs)
    updateDatabaseClock(lease, reply.databaseMs, sent.mono, receivedMono);
  lease.until = { mono: sent.mono + leaseMs, wall: sent.wall + leaseMs };
  return advanced ? "advanced" : "same";
}

function raiseFloor(lease: Lease, { epoch, scope, id }: Invalidation): void {
  if (scope === "all") {
    raiseAll(lease, epoch);
    return;
  }
  const floors = lease.floors[scope];
  if (!floors.has(id)) lease.floorCount += 1;
  floors.set(id, Math.max(floors.get(id) ?? 0, epoch));
  lease.highestFloor = Math.max(lease.highestFloor, epoch);
  if (lease.floorCount > floorsKept) raiseAll(lease, lease.highestFloor);
}

function raiseAll(lease: Lease, epoch: number): void {
  lease.allFloor = Math.max(lease.allFloor, epoch);
  lease.highestFloor = Math.max(lease.highestFloor, epoch);
  for (const floors of Object.values(lease.floors))
    for (const [id, floor] of floors) if (floor <= lease.allFloor) floors.delete(id);
  lease.floorCount = Object.values(lease.floors).reduce((sum, floors) => sum + floors.size, 0);
}

/**
 * Never backwards: a renewal that was slow must not bring an expired key back. Where the database is behind what was told,
 * time stands still until it has caught up: were ours to run on, a clock a little too fast would gain minutes in a month.
 */
function updateDatabaseClock(lease: Lease, databaseMs: number, sentMono: number, receivedMono: number): void {
  lease.minimumMs = databaseTime(lease, receivedMono);
  lease.databaseMs = databaseMs;
  lease.databaseMono = (sentMono + receivedMono) / 2;
}

/** The database's time at a moment of our monotonic clock: every instance judges expiry by it. */
export function databaseTime(lease: Lease, mono: number): number {
  return lease.databaseMs === 0
    ? 0
    : Math.max(lease.minimumMs, lease.databaseMs + (mono - lease.databaseMono));
}

/** May memory decide at this moment? Clocks are read for each request, after its head was parsed. */
export function isLive(lease: Pick<Lease, "until">, mono: number, wall: number): boolean {
  return mono < lease.until.mono && wall < lease.until.wall;
}

/** The same where the operator gave up some of the promise, and the database was asked for a lease and did not answer. */
export function isStaleEnough(lease: Lease, mono: number, { staleMs = 0 }: LeaseTimes): boolean {
  return staleMs > 0 && lease.until.mono > 0 && mono < lease.until.mono + staleMs;
}

/** What an entry in memory was read at, and what it hangs on. */
export type Provenance = {
  timeline: string;
  epoch: number;
  hash: string;
  /** Null where the key is unknown: then it hangs on its hash alone. */
  key: { keyId: string; memberId: string; workspaceId: string } | null;
};

/** Whether nothing that was applied here came after the entry was read. */
export function isFresh(lease: Lease, entry: Provenance): boolean {
  if (entry.timeline !== lease.timeline) return false;
  if (entry.epoch >= lease.highestFloor) return true;
  if (entry.epoch < lease.allFloor) return false;
  const { floors } = lease;
  if (entry.epoch < (floors.hash.get(entry.hash) ?? 0)) return false;
  if (!entry.key) return true;
  return (
    entry.epoch >= (floors.key.get(entry.key.keyId) ?? 0) &&
    entry.epoch >= (floors.member.get(entry.key.memberId) ?? 0) &&
    entry.epoch >= (floors.workspace.get(entry.key.workspaceId) ?? 0)
  );
}

/** An instance as a revocation sees it. */
export type InstanceRow = { id: string; timeline: string; applied: number; leaseMs: number };

/**
 * Whether an instance can no longer allow what changed at `epoch`: it has applied it, or it is gone, or its lease is over.
 * @param elapsedMs Since the COMMIT was answered, on the revoker's monotonic clock.
 */
export function cannotAllow(
  row: InstanceRow | undefined,
  change: { epoch: number; timeline: string },
  listed: { leaseMs: number },
  elapsedMs: number,
): "acknowledged" | "lapsed" | null {
  if (row && row.timeline === change.timeline && row.applied >= change.epoch) return "acknowledged";
  return !row || elapsedMs >= leaseOverAfter(listed.leaseMs) ? "lapsed" : null;
}
