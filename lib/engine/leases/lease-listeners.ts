import type { Clocks } from "./lease";
import type { LimitAnnouncement, OtherInstances } from "./lease-store";

/** What limits/limit-sharing.ts announces in our row and learns from the rows of other instances. */
export type SharedLimits = {
  on(event: "change", listener: () => void): unknown;
  /** Called before the first renewal. */
  start(): Promise<void>;
  /** @returns What to write into our row. */
  announce(): LimitAnnouncement;
  rowCreated(wrote: LimitAnnouncement): void;
  /** @returns Whether another renewal should follow at once. */
  applyRenewal(others: OtherInstances, wrote: LimitAnnouncement, now: number, until: Clocks): boolean;
};

/** Learns of new keys from renewals (keys/known-hashes.ts). */
export type HashListener = {
  add(hash: string): void;
  /** More keys were created than a renewal names. */
  forget(): void;
  /** Called with every renewal while the lease is held. */
  keepComplete(): void;
};
