/** Requests with a key from one block of addresses, with one client, to one route. Null where the log doesn't know. */
export type KeyCaller = {
  /** The /24 of an IPv4 address, the /64 of an IPv6 address. */
  block: string | null;
  /** The product that the user agent names, without its version. */
  client: string | null;
  method: string | null;
  /** The first two segments of the path, with `:id` for ids. */
  route: string | null;
  lastIp: string | null;
  firstAt: string;
  lastAt: string;
  /** Requests in the last 7 days or, in a rotation, since the rotation. */
  allowed: number;
  denied: number;
  /** Its block and client were first seen in the last 7 days, and not on the first day on which the key was used. */
  isNew: boolean;
};

/** The sum of a key's callers that aren't counted one by one. */
export type OtherCallers = Pick<KeyCaller, "firstAt" | "lastAt" | "allowed" | "denied">;

/** How a rotation proceeds. */
export type RotationUse = {
  /** Decisions per hour with either key, from some hours before the rotation, at most 7 days, oldest first. */
  hours: { start: string; oldKey: HourCount; newKey: HourCount }[];
  /** The old key's callers since the rotation that don't use the new key instead, most requests first. */
  stillOnOldKey: KeyCaller[];
  /** Whether the old key has been used since by callers that aren't counted one by one. */
  othersOnOldKey: boolean;
  /** How many callers used the old key since the rotation, and now only the new one. */
  moved: number;
  /** Callers of the 7 days before the rotation that have used neither key since. */
  notSeenSince: number;
  /** Most requests first. */
  onNewKey: KeyCaller[];
  /** The last request with the old key, allowed or denied. */
  lastOldRequestAt: string | null;
  /** No entry at or before this time can appear later, unless a process stopped before it copied its entries. */
  completeUpTo: string;
  /** Such a process was last heard of at this time. */
  silentSince: string | null;
};
type HourCount = { allowed: number; denied: number };
