import type { InstanceRow, RenewalReply } from "./lease";

/** What an instance's row says about rate limits. */
export type LimitAnnouncement = {
  /** False while the instance limits from its own memory, or has uses in the window that `store` doesn't know. */
  shares: boolean;
  store: "postgres" | "redis";
  redisReady: boolean;
};

/** What a renewal read about other instances whose lease may still be live. */
export type OtherInstances = {
  ids: string[];
  /** How many of them have uses that the store named in their row doesn't know. */
  alone: number;
  inRedis: number;
  inPostgres: number;
  /** How many of them can't use Redis. */
  withoutRedis: number;
};

export type NewInstance = { id: string; leaseMs: number; staleMs: number; limits: LimitAnnouncement };

export type Renewal = {
  id: string;
  /** Increases with each renewal. When it stops increasing, the instance is dead. */
  number: number;
  /** All changes up to this epoch have been applied. Writing it acknowledges them. */
  applied: number;
  timeline: string;
  /** How long this process has known that the database follows this timeline. */
  knownMs: number;
  limits: LimitAnnouncement;
  /** Whether other instances should renew immediately, because `limits` changed. */
  wakesOthers: boolean;
};

/** Every instance and the newest change, read in one snapshot. */
export type InstancesSnapshot = {
  epoch: number;
  timeline: string;
  instances: (InstanceRow & { staleMs: number; knownMs: number })[];
};

/**
 * Where leases come from. Every method rejects when the store doesn't answer in time; the outcome of what was sent is then
 * unknown.
 */
export type LeaseStore = {
  /**
   * @param changed Called when something changed, to trigger a renewal. May be called without need.
   * @param lost Called when the connection is lost.
   */
  connect(changed: () => void, lost: () => void): Promise<LeaseConnection>;
  /** Reads a state that is no older than the call. */
  readInstances(): Promise<InstancesSnapshot>;
};

/** One connection. Its statements run in the order in which they were sent. */
export type LeaseConnection = {
  /** Adds a row for a new instance. @returns The timeline that the database follows. */
  join(instance: NewInstance): Promise<{ timeline: string }>;
  renew(renewal: Renewal): Promise<RenewalReply & OtherInstances>;
  /** Removes the instance's row. Revocations then no longer wait for it. */
  leave(id: string): Promise<void>;
  /** Removes the rows of dead instances, and changes that no instance needs any more. */
  cleanUp(ownId: string): Promise<void>;
  close(): void;
};
