const characters = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/** Bech32 as BIP 173 defines it, of any length: how age writes its keys. */
export function encodeBech32(prefix: string, bytes: Uint8Array): string {
  const digits = regroup([...bytes], 8, 5, true) as number[];
  const sum = checksum([...expand(prefix), ...digits, 0, 0, 0, 0, 0, 0]) ^ 1;
  const check = [0, 1, 2, 3, 4, 5].map((place) => (sum >>> (5 * (5 - place))) & 31);
  return `${prefix}1${[...digits, ...check].map((digit) => characters[digit]).join("")}`;
}

/** @returns The bytes, or null if the text is not Bech32 with this prefix. */
export function decodeBech32(prefix: string, text: string): Buffer | null {
  const lower = text.toLowerCase();
  if (text !== lower && text !== text.toUpperCase()) return null;
  if (!lower.startsWith(`${prefix}1`)) return null;
  const digits = [...lower.slice(prefix.length + 1)].map((one) => characters.indexOf(one));
  if (digits.length < 6 || digits.includes(-1)) return null;
  if (checksum([...expand(prefix), ...digits]) !== 1) return null;
  const bytes = regroup(digits.slice(0, -6), 5, 8, false);
  return bytes && Buffer.from(bytes);
}

function expand(prefix: string): number[] {
  const codes = [...prefix].map((one) => one.charCodeAt(0));
  return [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31)];
}

function checksum(digits: number[]): number {
  let sum = 1;
  for (const digit of digits) {
    const top = sum >>> 25;
    sum = ((sum & 0x1ffffff) << 5) ^ digit;
    generator.forEach((value, bit) => {
      if ((top >>> bit) & 1) sum ^= value;
    });
  }
  return sum;
}

const generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

/** Regroups digits of `from` bits into digits of `to` bits. @returns Null if bits would be left that aren't zero. */
function regroup(digits: number[], from: number, to: number, fill: boolean): number[] | null {
  const regrouped: number[] = [];
  let held = 0;
  let bits = 0;
  for (const digit of digits) {
    held = ((held << from) | digit) & 0xfff;
    for (bits += from; bits >= to; ) {
      bits -= to;
      regrouped.push((held >>> bits) & ((1 << to) - 1));
    }
  }
  const left = (held << (to - bits)) & ((1 << to) - 1);
  if (fill) return bits > 0 ? [...regrouped, left] : regrouped;
  return bits >= from || left !== 0 ? null : regrouped;
}
