import { randomBytes } from "node:crypto";

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
const letters = Buffer.from(alphabet);
const randomLength = 16;
/** The random parts of the next ids, one after the other. */
let pool = "";
let used = 0;
let millisecond = Number.NaN;
let millisecondText = "";

/**
 * An opaque id such as `key_01jd8x3k…`: 48 bits of Unix milliseconds, then 80 random bits, in Crockford's base 32.
 * Sorting ids sorts by time of making. They are drawn in bulk: this runs once for each request.
 */
export function newId(
  prefix: "ws" | "inv" | "usr" | "ses" | "key" | "req" | "aud" | "pk" | "dom",
  now: number = Date.now(),
): string {
  if (used === pool.length) {
    pool = randomText(randomLength * 256);
    used = 0;
  }
  const random = pool.slice(used, used + randomLength);
  used += randomLength;
  return `${prefix}_${timeText(now)}${random}`;
}

function randomText(length: number): string {
  const text = randomBytes(length);
  for (let index = 0; index < length; index += 1)
    text[index] = letters[(text[index] as number) & 31] as number;
  return text.toString("latin1");
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
