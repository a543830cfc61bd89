/**
 * What the keys of a workspace must meet when they are made or changed. Keys that existed before, and imported ones, are never
 * changed or denied by it.
 */
export type KeyPolicy = {
  /** From a key's creation to its expiry. */
  maxLifetimeDays?: number | undefined;
  requireExpiry?: boolean | undefined;
  requireAllowedIps?: boolean | undefined;
};

/** Whether the policy demands anything. */
export function isPolicyEmpty({ maxLifetimeDays, requireExpiry, requireAllowedIps }: KeyPolicy): boolean {
  return maxLifetimeDays === undefined && !requireExpiry && !requireAllowedIps;
}

/** A longest lifetime means that keys have to expire. */
export function mustExpire({ maxLifetimeDays, requireExpiry }: KeyPolicy): boolean {
  return maxLifetimeDays !== undefined || requireExpiry === true;
}

/** The demands, as sentences about a key. */
export function policySentences({ maxLifetimeDays, requireExpiry, requireAllowedIps }: KeyPolicy): string[] {
  return [
    ...(maxLifetimeDays === undefined
      ? requireExpiry
        ? ["Keys must expire"]
        : []
      : [`Keys expire at most ${daysText(maxLifetimeDays)} after they are created`]),
    ...(requireAllowedIps ? ["Keys must have allowed addresses"] : []),
  ];
}

export function daysText(days: number): string {
  return days === 1 ? "1 day" : `${days} days`;
}

/** A key that doesn't meet the policy. */
export type UnmetKey = {
  id: string;
  name: string;
  prefix: string;
  suffix: string;
  ownerName: string;
  createdAt: string;
  neverExpires: boolean;
  livesTooLong: boolean;
  /** It must have allowed addresses, and has none. */
  fromAnyAddress: boolean;
  /** It was rotated and works until the rotation is finished. */
  rotated: boolean;
};
export type UnmetKeys = { keys: UnmetKey[]; total: number };
