/** Quotes a user-supplied name, and breaks it where a mail program would turn it into a link. */
export function quoted(name: string): string {
  return `“${unlinked(name)}”`;
}

/** Breaks a text where a mail program would turn it into a link. */
export function unlinked(text: string): string {
  return text.replace(/[.:/@]/g, "$&\u200b");
}

/** A moment in the recipient's time zone, which is named. */
export function momentIn(moment: Date, timeZone: string): string {
  return moment.toLocaleString("en-GB", {
    timeZone,
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    timeZoneName: "short",
  });
}

/** How long that is from now: "in 6 days", "in 12 hours". */
export function timeUntil(moment: Date, now: Date): string {
  const minutes = Math.max(1, Math.round((moment.getTime() - now.getTime()) / 60_000));
  if (minutes < 90) return `in ${count(minutes, "minute")}`;
  const hours = Math.round(minutes / 60);
  return hours < 36 ? `in ${count(hours, "hour")}` : `in ${count(Math.round(hours / 24), "day")}`;
}

function count(number: number, unit: string): string {
  return `${number} ${unit}${number === 1 ? "" : "s"}`;
}
