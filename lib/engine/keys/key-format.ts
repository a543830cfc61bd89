import { hash, randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";
import type { SecretShape } from "@/lib/contracts/secret-shape";

/** The format of a kind of secret. Native secrets are prefix + 32 random base62 characters + a checksum of 6. */
export type KeyFormat = { prefix: string; length: number; checksummed: boolean };

const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const randomLength = 32;
const checksumLength = 6;

export function nativeFormat(prefix: string): KeyFormat {
  return { prefix, length: prefix.length + randomLength + checksumLength, checksummed: true };
}

/** Generates a secret: 190 random bits, and a checksum so that a mistyped or invented key is denied without a query. */
export function generateSecret(prefix: string): string {
  let random = "";
  while (random.length < randomLength) {
    for (const byte of randomBytes(48)) {
      // 248 is the largest multiple of 62 in a byte. Using larger bytes too would favor the first characters.
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

/** The hash that is stored instead of the secret. A random secret of 190 bits needs no slow hash. */
export function hashSecret(secret: string): Buffer {
  return hash("sha256", secret, "buffer");
}

/** The same hash in hex, as the key cache uses it. */
export function hashOfSecret(secret: string): string {
  return hash("sha256", secret, "hex");
}

/** The hint: the first and last characters, by which people recognize a key whose secret is no longer shown. */
export function keyHint(secret: string, prefix: string): { prefix: string; suffix: string } {
  return { prefix: secret.slice(0, prefix.length + 4), suffix: secret.slice(-4) };
}

/**
 * The formats of secrets in use, in memory. A string that fits none of them is denied without a query. Formats are only ever
 * added, never removed.
 */
export class KeyFormats {
  private formats: KeyFormat[] = [];
  private searched: KeyFormat[] = [];
  private shaped: RegExp = /(?!)/;
  private shortest = Number.POSITIVE_INFINITY;

  constructor(formats: KeyFormat[]) {
    this.replace(formats);
  }

  replace(formats: KeyFormat[]): void {
    this.formats = formats;
    // A secret without a constant part looks like any other text of its length, so it isn't searched for in texts.
    this.searched = formats.filter(({ prefix }) => prefix !== "");
    this.shortest = Math.min(...this.searched.map(({ length }) => length));
    // Longest first: otherwise a short format could match the start of a longer secret and leave its end unmasked.
    const alternatives = this.searched
      .toSorted((one, other) => other.length - one.length)
      .map(({ prefix, length }) => `${escapePattern(prefix)}[A-Za-z0-9_-]{${length - prefix.length}}`);
    this.shaped = alternatives.length > 0 ? new RegExp(alternatives.join("|"), "g") : /(?!)/g;
  }

  /** For the console, which warns when someone pastes a key into the wrong field. Longest first. */
  shapes(): SecretShape[] {
    return this.searched
      .map(({ prefix, length }) => ({ prefix, length }))
      .sort((one, other) => other.length - one.length);
  }

  /** Whether a string has the length and prefix of our secrets. Cheap: no checksum, no pattern. */
  isShaped(presented: string): boolean {
    for (const { prefix, length } of this.formats)
      if (presented.length === length && presented.startsWith(prefix)) return true;
    return false;
  }

  /** Whether a string could be one of our secrets: length, prefix and checksum. */
  fits(presented: string): boolean {
    for (const { prefix, length, checksummed } of this.formats) {
      if (presented.length !== length || !presented.startsWith(prefix)) continue;
      if (!checksummed || checksum(presented.slice(0, -checksumLength)) === presented.slice(-checksumLength))
        return true;
    }
    return false;
  }

  /** Whether a text contains something shaped like a secret, valid or not, percent-encoded or not. */
  holdsKey(text: string): boolean {
    return this.holdsPlainKey(text) || (text.includes("%") && this.holdsPlainKey(decodeEscapes(text)));
  }

  /**
   * Cuts everything shaped like a secret down to its prefix. A word with a percent-encoded secret in it is decoded first;
   * characters that could end a JSON string or a line are replaced.
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

  /** A cheap test that spares most texts the regular expression. */
  private mayHold(text: string): boolean {
    return text.length >= this.shortest && this.searched.some(({ prefix }) => text.includes(prefix));
  }

  private prefixLength(secret: string): number {
    return Math.max(
      ...this.searched.filter(({ prefix }) => secret.startsWith(prefix)).map(({ prefix }) => prefix.length),
    );
  }
}

const word = /[^\s"\\]+/g;
const unsafeInJson = /[\p{Cc}"\\]/gu;

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** A URL that is escaped more often than this is no accident. */
const maximumRounds = 4;

/**
 * Removes percent escapes, also nested ones. Malformed escapes stay as they are, since some frameworks decode the rest, and a key
 * in it must be found.
 */
function decodeEscapes(url: string): string {
  let text = url;
  for (let round = 0; round < maximumRounds && text.includes("%"); round += 1) {
    text = text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  }
  return text;
}
