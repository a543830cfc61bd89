/** What the console does to many keys at once. */
export const keyBatchActions = ["revoke", "disable", "enable", "extend", "transfer"] as const;
export type KeyBatchAction = (typeof keyBatchActions)[number];

export const mostKeysAtOnce = 500;

/** What a batch did, or, for a preview, would do. */
export type KeyBatchResult = {
  changed: number;
  /** How many of the changed keys were used in the last 7 days. */
  inUse: number;
  /** The keys that stay as they are, and why. */
  unchanged: { keyId: string; name: string; reason: string }[];
  /** Null for a preview, and for changes that only allow more. */
  rejectedEverywhere: { afterMs: number; instances: number; lapsed: number; staleSeconds: number } | null;
};
