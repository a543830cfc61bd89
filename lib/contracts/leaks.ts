import type { ApiKey } from "./api-keys";

/** A leaked key that still needs a decision. */
export type OpenLeak = {
  key: Pick<ApiKey, "id" | "name" | "prefix" | "suffix">;
  exposedAt: string;
  /** How many keys that it made are disabled. */
  disabledKeys: number;
};

/** The keys that a key made, directly or not, and that the member can see. */
export type CreatedKeys = {
  /** The first 100: those that an admin has to decide about first, revoked ones last, newest first. */
  keys: ApiKey[];
  total: number;
  /** How many of all are disabled until an admin decides. */
  undecided: number;
  /** How many of all are not revoked. */
  live: number;
};

/** What an admin decides about a disabled key that a leaked key made. */
export const leakDecisions = ["keep", "enable", "revoke"] as const;
export type LeakDecision = (typeof leakDecisions)[number];
