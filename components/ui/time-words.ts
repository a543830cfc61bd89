import { formatIn } from "./format-in";

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Such as "just now", "20 s ago" or "in 6 days". The date from 100 days on. `now` is in milliseconds. */
export function relativeTime(date: Date, now: number, zone: string | null = null): string {
  const distance = date.getTime() - now;
  const words = amount(Math.abs(distance), distance > 0);
  if (words === null) return formatIn(zone, dateOptions).format(date);
  if (words === "") return "just now";
  return distance > 0 ? `in ${words}` : `${words} ago`;
}

/** Such as "Nov 22, 2026, 2:02:11 PM GMT+1", in the viewer's locale. A null zone is the browser's. */
export function exactTime(date: Date, zone: string | null = null): string {
  return formatIn(zone, exactOptions).format(date);
}

/** Rounds future times ("in 90 days", not 89), and rounds past times down, so that they're never overstated. */
function amount(distance: number, ahead: boolean): string | null {
  const round = ahead ? Math.round : Math.floor;
  if (distance < 10 * second) return "";
  if (distance < minute) return `${Math.floor(distance / second / 10) * 10} s`;
  if (distance < hour - (ahead ? minute / 2 : 0)) return `${round(distance / minute)} min`;
  if (distance < day - (ahead ? hour / 2 : 0)) return `${round(distance / hour)} h`;
  const days = round(distance / day);
  if (days >= 100) return null;
  return days === 1 ? "1 day" : `${days} days`;
}

const dateOptions: Intl.DateTimeFormatOptions = { day: "numeric", month: "short", year: "numeric" };
const exactOptions: Intl.DateTimeFormatOptions = {
  ...dateOptions,
  hour: "numeric",
  minute: "2-digit",
  second: "2-digit",
  timeZoneName: "short",
};
