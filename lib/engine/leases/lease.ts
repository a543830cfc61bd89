/**
 * The rules that let an instance decide from memory, yet never allow a key after its revocation was confirmed
 * (docs/decisions/014). Every change of a key, member or workspace has an epoch, in commit order. Holding a lease means: all
 * epochs that were committed before its renewal was sent have been applied here. The functions change nothing but the lease.
 */

export type LeaseTimes = {
  /** How long an instance may decide from memory after a renewal. */
  leaseMs: number;
  periodMs: number;
  /** The longest lease of any version of the program; a constraint in the schema. */
  longestLeaseMs: number;
  /** How long an instance decides beyond its lease while the database doesn't answer (STALE_VERDICT_SECONDS). */
  staleMs?: number;
  /**
   * How long before the start the database is known to have followed its timeline. For tests, which created the database. A
   * server must not set it, because it can't know of a failover just before its start.
   */
  knownBeforeMs?: number;
};
export const leaseTimes: LeaseTimes = { leaseMs: 2000, periodMs: 500, longestLeaseMs: 5000 };

/** After how long on our own clock a lease has ended on every clock whose rate is within 5% of ours. */
export function leaseOverAfter(leaseMs: number): number {
  return 1.05 * leaseMs + 100;
}

export type Invalidation = {
  epoch: number;
  scope: "key" | "hash" | "member" | "workspace" | "all";
  id: string;
};

/** The reply to a renewal, read in one snapshot. */
export type RenewalReply = {
  /** Whether this instance's row still existed, on this timeline. */
  held: boolean;
  timeline: string;
  epoch: number;
  prunedTo: number;
  /** Changes after those that were applied. More than `invalidationsRead` of them means that the list is cut off. */
  invalidations: Invalidation[];
  databaseMs: number;
};
/** The clocks of this process in milliseconds. The wall clock keeps running while the machine sleeps; the monotonic one may not. */
export type Clocks = { mono: number; wall: number };

export function readClocks(): Clocks {
  return { mono: performance.now(), wall: Date.now() };
}

export const invalidationsRead = 1000;
/** How many floors to keep individually. Beyond that, one floor for everything replaces them: more look-ups, same guarantee. */
const floorsKept = 20_000;

type Floors = Record<"key" | "hash" | "member" | "workspace", Map<string, number>>;

export type Lease = {
  timeline: string;
  applied: number;
  /** Until when memory may decide, on both clocks. */
  until: Clocks;
  /** Floors: the epoch at which an entry must have been read at least, for all entries and for single ones. */
  allFloor: number;
  highestFloor: number;
  floors: Floors;
  floorCount: number;
  /** The database's clock and ours at the last renewal, and the time before which we never go back. */
  databaseMs: number;
  databaseMono: number;
  minimumMs: number;
};

/** Joining grants no lease yet. Only a renewal that is sent afterwards does. */
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
 * Applies a renewal: first the invalidations, only then the longer lease.
 * @param sent Our clocks before the renewal was sent.
 * @returns `rejoin` when everything in memory is void; `advanced` when the acknowledgment should be sent soon.
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
  // Don't set the clock by a reply that took longer than a lease: the error is up to half of its round trip.
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
 * Never sets the clock back: a slow renewal must not revive an expired key. If the database's clock is behind, ours stops until
 * it has caught up. If ours ran on, a clock that is slightly too fast would gain minutes in a month.
 */
function updateDatabaseClock(lease: Lease, databaseMs: number, sentMono: number, receivedMono: number): void {
  lease.minimumMs = databaseTime(lease, receivedMono);
  lease.databaseMs = databaseMs;
  lease.databaseMono = (sentMono + receivedMono) / 2;
}

/** The database's time for a reading of our monotonic clock. Every instance judges expiry by it. */
export function databaseTime(lease: Lease, mono: number): number {
  return lease.databaseMs === 0
    ? 0
    : Math.max(lease.minimumMs, lease.databaseMs + (mono - lease.databaseMono));
}

/** Whether memory may decide now. Read the clocks again for each request. */
export function isLive(lease: Pick<Lease, "until">, mono: number, wall: number): boolean {
  return mono < lease.until.mono && wall < lease.until.wall;
}

/** Whether memory may decide after the lease ended: the operator permits it, and the database didn't answer. */
export function isStaleEnough(lease: Lease, mono: number, { staleMs = 0 }: LeaseTimes): boolean {
  return staleMs > 0 && lease.until.mono > 0 && mono < lease.until.mono + staleMs;
}

/** When an entry in memory was read, and what it depends on. */
export type Provenance = {
  timeline: string;
  epoch: number;
  hash: string;
  /** Null when no key has this hash. The entry then depends on the hash alone. */
  key: { keyId: string; memberId: string; workspaceId: string } | null;
};

/** Whether no change that we applied makes the entry out of date. */
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
 * Whether an instance can no longer decide by the state before `change`: it acknowledged the change, left, or its lease ended.
 * @param listed The instance's row right after the change was committed.
 * @param elapsedMs Time since the COMMIT was answered, on our monotonic clock.
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
