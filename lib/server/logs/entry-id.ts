import { parseTimestamp, timestampText } from "@/lib/engine/log/timestamp";
import { decodeCursor, encodeCursor } from "./list-access-log";

/**
 * The identity of an entry as it stands in links: microseconds since 1970, writer and sequence number. In lower case, so that it
 * doesn't look like a secret, which URLs never keep.
 */
export function entryId(cursor: string): string {
  const { at, writer, seq } = decodeCursor(cursor);
  return `${parseTimestamp(at).toString(36)}-${writer.replaceAll("-", "")}-${Number(seq).toString(36)}`;
}

/** @returns The entry's cursor, or null if this isn't an id. */
export function cursorOfEntry(id: string): string | null {
  const [, time = "", hex = "", number = ""] =
    /^([0-9a-z]{1,10})-([0-9a-f]{32})-([0-9a-z]{1,9})$/.exec(id) ?? [];
  if (!time) return null;
  return encodeCursor({
    exactAt: timestampText(Number.parseInt(time, 36)),
    writer: hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-"),
    seq: Number.parseInt(number, 36),
  });
}
