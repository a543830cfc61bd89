/**
 * What was measured, rounded up: docs/performance.md, with three instances that share keys, limits and one database. A test compares
 * these numbers with the recorded results.
 */
export const costs = {
  instanceMicroseconds: 54,
  postgresMicroseconds: 33,
  entryBytes: 470,
  countBytes: 240,
  keyBytes: 1200,
  idleInstanceMegabytes: 260,
};
/** A processor that is busier than this answers late. */
export const busyShare = 0.6;
/** For the log of transactions, for cleaning up, and for a day more than is kept. */
export const diskReserve = 1.5;
/** The default of DATABASE_POOL, and one for the lease and its notifications. */
export const connectionsPerProcess = 11;
/** The rate that one drain of the access log reached. */
export const measuredEntriesPerSecond = 47_000;

export type Load = { peakPerSecond: number; perDay: number; retentionDays: number; keys: number };
export type Size = {
  instances: number;
  postgresCores: number;
  postgresConnections: number;
  diskGigabytes: number;
  instanceMegabytes: number;
  /** More than one PostgreSQL was measured with. */
  isBeyondMeasured: boolean;
};

/** Instances have one core each, and one of them can be away. */
export function estimateSize({ peakPerSecond, perDay, retentionDays, keys }: Load): Size {
  const instances = Math.max(2, coresFor(peakPerSecond, costs.instanceMicroseconds) + 1);
  const stored = perDay * retentionDays * (costs.entryBytes + costs.countBytes) + keys * costs.keyBytes;
  return {
    instances,
    postgresCores: Math.max(1, coresFor(peakPerSecond, costs.postgresMicroseconds)),
    postgresConnections: instances * connectionsPerProcess,
    diskGigabytes: Math.max(1, Math.ceil((stored * diskReserve) / 1e9)),
    instanceMegabytes: Math.ceil((costs.idleInstanceMegabytes * 2) / 100) * 100,
    isBeyondMeasured: peakPerSecond > measuredEntriesPerSecond,
  };
}

function coresFor(perSecond: number, microseconds: number): number {
  return Math.ceil((perSecond * microseconds) / 1e6 / busyShare);
}
