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
export function expirationMoment(choice: ExpirationChoice, customDay: string, now: Date): Date | null {
  if (choice === "never") return null;
  if (choice === "custom") return endOfDay(customDay);
  return new Date(now.getTime() + Number(choice) * dayMilliseconds);
}

/** The fields of the request. Days are counted by the server from the moment it makes the key. */
export function expirationFields(
  choice: ExpirationChoice,
  customDay: string,
): { expiresInDays?: number; expiresAt?: string } {
  if (choice === "never") return {};
  if (choice !== "custom") return { expiresInDays: Number(choice) };
  const end = endOfDay(customDay);
  return end ? { expiresAt: end.toISOString() } : {};
}

/** The last second of a day such as `2027-01-31`, in the zone of who chooses it. */
function endOfDay(day: string): Date | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  if (!match) return null;
  const [year, month, date] = match.slice(1).map(Number) as [number, number, number];
  const end = new Date(year, month - 1, date, 23, 59, 59);
  return end.getMonth() === month - 1 ? end : null;
}

/** A day as a date field wants it, in the zone of who chooses it. */
export function dayOf(moment: Date): string {
  const two = (number: number) => String(number).padStart(2, "0");
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
}

export type ExpiryTone = "soon" | "past" | "calm";

/** An expiry less than seven days away is worth a look; one that has been is a fact. */
export function expiryTone(expiresAt: string, now: Date): ExpiryTone {
  const left = Date.parse(expiresAt) - now.getTime();
  if (left <= 0) return "past";
  return left < 7 * dayMilliseconds ? "soon" : "calm";
}
