import { clockTime, momentOf } from "@/components/ui/zoned-time";
import { defaultExpirationDays, expirationPresets } from "@/lib/contracts/api-keys";

const dayMilliseconds = 86_400_000;

/** A choice of the Expiration field: `never`, a number of days, or `custom` with a day of its own. */
export type ExpirationChoice = string;
export const defaultExpirationChoice: ExpirationChoice = String(defaultExpirationDays);

export const expirationChoices: { value: ExpirationChoice; label: string }[] = [
  ...expirationPresets.map((days) => ({
    value: days === null ? "never" : String(days),
    label: presetLabel(days),
  })),
  { value: "custom", label: "Custom" },
];

function presetLabel(days: number | null): string {
  if (days === null) return "No expiration";
  return days === 365 ? "1 year" : `${days} days`;
}

/** The moment the key would end if it were made now; null where it never does, or no day is chosen yet. */
export function expirationMoment(
  choice: ExpirationChoice,
  customDay: string,
  now: Date,
  zone: string | null,
): Date | null {
  if (choice === "never") return null;
  if (choice === "custom") return endOfDay(customDay, zone);
  return new Date(now.getTime() + Number(choice) * dayMilliseconds);
}

/** The fields of the request. Days are counted by the server from the moment it makes the key. */
export function expirationFields(
  choice: ExpirationChoice,
  customDay: string,
  zone: string | null,
): { expiresInDays?: number; expiresAt?: string } {
  if (choice === "never") return {};
  if (choice !== "custom") return { expiresInDays: Number(choice) };
  const end = endOfDay(customDay, zone);
  return end ? { expiresAt: end.toISOString() } : {};
}

/** The last second of a day such as `2027-01-31`, in the zone of the person who chooses it. */
function endOfDay(day: string, zone: string | null): Date | null {
  return momentOf(`${day}T23:59:59`, zone);
}

/** A day as a date field wants it, in the zone of the person who chooses it. */
export function dayOf(moment: Date, zone: string | null): string {
  return clockTime(moment, zone).slice(0, 10);
}

export type ExpiryTone = "soon" | "past" | "calm";

/** An expiry less than seven days away is worth a look; one that has been is a fact. */
export function expiryTone(expiresAt: string, now: Date): ExpiryTone {
  const left = Date.parse(expiresAt) - now.getTime();
  if (left <= 0) return "past";
  return left < 7 * dayMilliseconds ? "soon" : "calm";
}
