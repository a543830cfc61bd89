/** Control characters (line breaks, NUL, terminal escapes), bidirectional controls and broken surrogates. */
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Text from outside, made fit for one line of a log: PostgreSQL refuses NUL, and a terminal or a spreadsheet obeys worse. */
export function cleanText(text: string | null, maximumLength: number): string | null {
  if (text === null) return null;
  return text.slice(0, maximumLength).replace(unsafe, "�");
}
