import type { KeyConcern } from "@/lib/contracts/api-key-filters";

/** After a number of keys: for one, for several, and what to do about them. */
export const concernWords: Record<KeyConcern, { one: string; many: string; remedy: string }> = {
  never_expires: {
    one: "never expires",
    many: "never expire",
    remedy: "These keys never expire. Choose Edit to give one an expiration.",
  },
  unused: {
    one: "not used for 90 days",
    many: "not used for 90 days",
    remedy: "These keys haven’t been used for 90 days. Revoke those that aren’t needed.",
  },
  excess_rights: {
    one: "can write but only reads",
    many: "can write but only read",
    remedy:
      "These keys can write, but for at least a month they only made requests that read. Rotate them into read-only keys.",
  },
  owner_inactive: {
    one: "whose owner is suspended or left",
    many: "whose owner is suspended or left",
    remedy:
      "The owners of these keys are suspended or left, so requests are denied. Transfer or revoke them.",
  },
  off_policy: {
    one: "doesn’t meet the key policy",
    many: "don’t meet the key policy",
    remedy:
      "These keys don’t meet the workspace’s key policy. Choose Edit to set an expiration or allowed addresses, or rotate them.",
  },
};
