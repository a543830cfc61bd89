/** A moment of the address bar (RFC 3339) as a `datetime-local` field wants it, in the zone of who looks. */
export function toLocalField(moment: string): string {
  const time = Date.parse(moment);
  if (Number.isNaN(time)) return "";
  const local = new Date(time - new Date(time).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

/** The moment a `datetime-local` field says, or an empty string while it says none. */
export function fromLocalField(text: string): string {
  const time = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(text) ? new Date(text).getTime() : Number.NaN;
  return Number.isNaN(time) ? "" : new Date(time).toISOString();
}
