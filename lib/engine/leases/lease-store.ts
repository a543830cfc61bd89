import type { InstanceRow, RenewalReply } from "./lease";

/** What an instance says of rate limits in its row. */
export type LimitAnnouncement = {
  /** False while it limits from memory alone, or has uses in the window that `store` doesn't know. */
  shares: boolean;
  store: "postgres" | "redis";
  redisReady: boolean;
};

/** What a renewal saw of other instances whose lease may still be live. */
export type OtherInstances = {
  ids: string[];
  /** How many of them have uses that the store in their row doesn't know. */
  alone: number;
  inRedis: number;
  inPostgres: number;
  /** How many can't count uses in Redis. */
  withoutRedis: number;
};

export type NewInstance = { id: string; leaseMs: number; staleMs: number; limits: LimitAnnouncement };

export type Renewal = {
  id: string;
  /** Counts up; a row whose number stands still belongs to an instance that is gone. */
  number: number;
  /** Every change up to this epoch has been applied: writing it acknowledges them. */
  applied: number;
  timeline: string;
  /** How long this process has known that the database follows this timeline. */
  knownMs: number;
  limits: LimitAnnouncement;
  /** Whether other instances should renew at once, because `limits` changed. */
  wakesOthers: boolean;
};

/** Every instance and the newest change, read in one snapshot. */
export type InstancesSnapshot = {
  epoch: number;
  timeline: string;
  instances: (InstanceRow & { staleMs: number; knownMs: number })[];
};

/**
 * Where leases come from. Everything rejects when the store does not answer in time; the outcome of what was sent is then
 * unknown.
 */
export type LeaseStore = {
  /**
   * @param changed Called when something was changed, so that a renewal can follow at once. May be called without reason.
   * @param lost Called when the connection is lost.
   */
  connect(changed: () => void, lost: () => void): Promise<LeaseConnection>;
  /** Reads a state that is no older than the call. */
  readInstances(): Promise<InstancesSnapshot>;
};

/** One connection: what is sent over it is executed in order. */
export type LeaseConnection = {
  /** Adds a row for a new instance. @returns The timeline that the database follows. */
  join(instance: NewInstance): Promise<{ timeline: string }>;
  renew(renewal: Renewal): Promise<RenewalReply & OtherInstances>;
  /** Removes the row: from then on no revocation waits for this instance. */
  leave(id: string): Promise<void>;
  /** Removes rows of instances that are gone, and changes that no instance needs any more. */
  cleanUp(ownId: string): Promise<void>;
  close(): void;
};
