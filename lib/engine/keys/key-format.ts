import { hash, randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";
import type { SecretShape } from "@/lib/contracts/secret-shape";
import { decodeEscapes } from "./decode-escapes";

/** A shape that secrets in use have. Native ones are prefix + 32 random base62 characters + 6 of checksum. */
export type KeyFormat = { prefix: string; length: number; checksummed: boolean };

const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const randomLength = 32;
const checksumLength = 6;

export function nativeFormat(prefix: string): KeyFormat {
  return { prefix, length: prefix.length + randomLength + checksumLength, checksummed: true };
}

/** A new secret: 190 bits of randomness, and a checksum by which a mistyped or invented key is refused without a query. */
export function generateSecret(prefix: string): string {
  let random = "";
  while (random.length < randomLength) {
    for (const byte of randomBytes(48)) {
      // 248 is the largest multiple of 62 in a byte: above it, the remainder would favour the first characters.
      if (byte < 248 && random.length < randomLength) random += base62[byte % 62];
    }
  }
  const body = prefix + random;
  return body + checksum(body);
}

function checksum(body: string): string {
  let value = crc32(body);
  let text = "";
  for (let index = 0; index < checksumLength; index += 1) {
    text = base62[value % 62] + text;
    value = Math.floor(value / 62);
  }
  return text;
}

/** What is stored in place of the secret. A random secret of 190 bits needs no slow hash. */
export function hashSecret(secret: string): Buffer {
  return hash("sha256", secret, "buffer");
}

/** The same, as the text that memory keeps it by. */
export function hashOfSecret(secret: string): string {
  return hash("sha256", secret, "hex");
}

/** What people recognise a key by afterwards. */
export function keyHint(secret: string, prefix: string): { prefix: string; suffix: string } {
  return { prefix: secret.slice(0, prefix.length + 4), suffix: secret.slice(-4) };
}

/**
 * The formats in use, held in memory: a string that fits none of them is refused before anything is asked.
 * Formats are only ever added, so a process that has not heard of the newest one errs by asking for it again.
 */
export class KeyFormats {
  private formats: KeyFormat[] = [];
  private shaped: RegExp = /(?!)/;
  private shortest = Number.POSITIVE_INFINITY;

  constructor(formats: KeyFormat[]) {
    this.replace(formats);
  }

  replace(formats: KeyFormat[]): void {
    this.formats = formats;
    this.shortest = Math.min(...formats.map(({ length }) => length));
    // The longest first: of formats whose prefixes begin alike, a shorter one would leave the end of a longer secret.
    const alternatives = formats
      .toSorted((one, other) => other.length - one.length)
      .map(({ prefix, length }) => `${escapePattern(prefix)}[A-Za-z0-9_-]{${length - prefix.length}}`);
    this.shaped = alternatives.length > 0 ? new RegExp(alternatives.join("|"), "g") : /(?!)/g;
  }

  /** What the console's pages are told, so that they recognize a key that is pasted into the wrong field; the longest first. */
  shapes(): SecretShape[] {
    return this.formats
      .map(({ prefix, length }) => ({ prefix, length }))
      .sort((one, other) => other.length - one.length);
  }

  /** Whether a presented string has the length and the beginning of our secrets: all that it costs to know is a comparison. */
  isShaped(presented: string): boolean {
    for (const { prefix, length } of this.formats)
      if (presented.length === length && presented.startsWith(prefix)) return true;
    return false;
  }

  /** Whether a presented string could be one of our secrets, its checksum too. */
  fits(presented: string): boolean {
    for (const { prefix, length, checksummed } of this.formats) {
      if (presented.length !== length || !presented.startsWith(prefix)) continue;
      if (!checksummed || checksum(presented.slice(0, -checksumLength)) === presented.slice(-checksumLength))
        return true;
    }
    return false;
  }

  /** Whether a text holds something shaped like a secret, good or not, percent-encoded or not. */
  holdsKey(text: string): boolean {
    return this.holdsPlainKey(text) || (text.includes("%") && this.holdsPlainKey(decodeEscapes(text)));
  }

  /**
   * The text with everything shaped like a secret cut down to its prefix. A word in which a percent-encoded secret hides is
   * decoded first, but for characters that could end a JSON string or a line.
   */
  mask(text: string): string {
    const decoded = text.includes("%") ? text.replace(word, (one) => this.decodedIfKey(one)) : text;
    if (!this.mayHold(decoded)) return decoded;
    return decoded.replace(this.shaped, (secret) => `${secret.slice(0, this.prefixLength(secret))}…`);
  }

  private holdsPlainKey(text: string): boolean {
    if (!this.mayHold(text)) return false;
    this.shaped.lastIndex = 0;
    return this.shaped.test(text);
  }

  private decodedIfKey(text: string): string {
    const decoded = decodeEscapes(text);
    return this.holdsPlainKey(decoded) ? decoded.replace(unsafeInJson, "\uFFFD") : text;
  }

  /** False where a look at the length, or for the prefixes, suffices: nearly always, and at a fraction of the pattern's cost. */
  private mayHold(text: string): boolean {
    return text.length >= this.shortest && this.formats.some(({ prefix }) => text.includes(prefix));
  }

  private prefixLength(secret: string): number {
    return Math.max(
      ...this.formats.filter(({ prefix }) => secret.startsWith(prefix)).map(({ prefix }) => prefix.length),
    );
  }
}

const word = /[^\s"\\]+/g;
const unsafeInJson = /[\p{Cc}"\\]/gu;

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
