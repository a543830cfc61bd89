import { randomFillSync } from "node:crypto";

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
const pool = Buffer.alloc(16 * 256);
let offset = pool.length;
let millisecond = Number.NaN;
let millisecondText = "";

/**
 * An opaque id such as `key_01jd8x3k…`: 48 bits of Unix milliseconds, then 80 random bits, in Crockford's base 32.
 * Sorting ids sorts by time of making. Random bytes are drawn in bulk: this runs once for each request.
 */
export function newId(
  prefix: "ws" | "inv" | "usr" | "ses" | "key" | "req" | "aud" | "pk" | "dom",
  now: number = Date.now(),
): string {
  if (offset + 16 > pool.length) {
    randomFillSync(pool);
    offset = 0;
  }
  let id = `${prefix}_${timeText(now)}`;
  for (let index = 0; index < 16; index += 1) id += alphabet[(pool[offset + index] as number) & 31];
  offset += 16;
  return id;
}

/** The ids of one millisecond share the text of their time. */
function timeText(now: number): string {
  if (now !== millisecond) {
    millisecond = now;
    millisecondText = "";
    for (let shift = 45; shift >= 0; shift -= 5)
      millisecondText += alphabet[Math.floor(now / 2 ** shift) & 31];
  }
  return millisecondText;
}
