import { clockTime, fromClockTime } from "@/components/ui/zoned-time";
import { defaultExpirationDays, expirationPresets } from "@/lib/contracts/api-keys";
import { daysText, type KeyPolicy, mustExpire } from "@/lib/contracts/key-policy";

const dayMs = 86_400_000;

/** A choice of the Expiration field: `never`, a number of days, or `custom`. */
export type ExpirationChoice = string;
export const defaultExpirationChoice: ExpirationChoice = String(defaultExpirationDays);

export const expirationChoices = expirationChoicesWithin({});

/** The choices that the workspace's key policy allows, with its longest lifetime among them. */
export function expirationChoicesWithin(policy: KeyPolicy): { value: ExpirationChoice; label: string }[] {
  const { maxLifetimeDays: most } = policy;
  const allowed = expirationPresets.filter((days) =>
    days === null ? !mustExpire(policy) : most === undefined || days < most,
  );
  return [...allowed, ...(most === undefined ? [] : [most])]
    .map((days) => ({ value: days === null ? "never" : String(days), label: presetLabel(days) }))
    .concat({ value: "custom", label: "Custom" });
}

/** What the create dialog starts with. */
export function firstExpirationChoice({
  maxLifetimeDays = defaultExpirationDays,
}: KeyPolicy): ExpirationChoice {
  return String(Math.min(maxLifetimeDays, defaultExpirationDays));
}

function presetLabel(days: number | null): string {
  if (days === null) return "No expiration";
  return days === 365 ? "1 year" : daysText(days);
}

/** When a key created now would expire; null if never, or if no day is chosen yet. */
export function expirationTime(
  choice: ExpirationChoice,
  customDay: string,
  now: Date,
  zone: string | null,
): Date | null {
  if (choice === "never") return null;
  if (choice === "custom") return endOfDay(customDay, zone);
  return new Date(now.getTime() + Number(choice) * dayMs);
}

/** The fields of the request. The server counts days from the moment it creates the key. */
export function expirationFields(
  choice: ExpirationChoice,
  customDay: string,
  zone: string | null,
): { expiresInDays?: number | null; expiresAt?: string } {
  if (choice === "never") return { expiresInDays: null };
  if (choice !== "custom") return { expiresInDays: Number(choice) };
  const end = endOfDay(customDay, zone);
  return end ? { expiresAt: end.toISOString() } : {};
}

/** The last second of a day such as `2027-01-31` in the viewer's time zone. */
function endOfDay(day: string, zone: string | null): Date | null {
  return fromClockTime(`${day}T23:59:59`, zone);
}

/** The value of a date field, in the viewer's time zone. */
export function dayOf(moment: Date, zone: string | null): string {
  return clockTime(moment, zone).slice(0, 10);
}
