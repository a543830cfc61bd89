/** Text that was escaped more often than this is nobody's mistake. */
const maximumRounds = 4;

/**
 * A URL without its percent escapes, however often it was escaped. Malformed escapes stay: some frameworks would still read
 * the rest, so what can be decoded is decoded piece by piece, and a key in it is found.
 */
export function decodeEscapes(url: string): string {
  let text = url;
  for (let round = 0; round < maximumRounds && text.includes("%"); round += 1) {
    text = text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  }
  return text;
}
