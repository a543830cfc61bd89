import { randomBytes } from "node:crypto";

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
const letters = Buffer.from(alphabet);
const randomLength = 16;
/** Random text for the next ids. */
let pool = "";
let used = 0;
let millisecond = Number.NaN;
let millisecondText = "";

/**
 * An opaque id such as `key_01jd8x3k…`: 48 bits of Unix milliseconds and 80 random bits, in Crockford's base32. Ids
 * sort by creation time. Random text is generated in bulk, because this runs for every request.
 */
export function newId(
  prefix: "ws" | "inv" | "usr" | "ses" | "key" | "req" | "aud" | "pk" | "dom" | "sub" | "evt",
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

/** Ids of the same millisecond share the text of the time. */
function timeText(now: number): string {
  if (now !== millisecond) {
    millisecond = now;
    millisecondText = "";
    for (let shift = 45; shift >= 0; shift -= 5)
      millisecondText += alphabet[Math.floor(now / 2 ** shift) & 31];
  }
  return millisecondText;
}

/** Ids of this moment and later are not less than this. @param at RFC 3339 */
export function firstId(prefix: "aud" | "evt" | "dlv", at: string): string {
  return `${prefix}_${timeText(Date.parse(at))}`;
}

/** When something with this id was created, RFC 3339. */
export function timeOfId(id: string): string {
  let milliseconds = 0;
  for (const letter of id.slice(id.indexOf("_") + 1).slice(0, 10))
    milliseconds = milliseconds * 32 + alphabet.indexOf(letter);
  return new Date(milliseconds).toISOString();
}
