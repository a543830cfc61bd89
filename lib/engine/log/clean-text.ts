/** Control characters (line breaks, NUL, terminal escapes), bidirectional controls and broken surrogates. */
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Makes text from a client safe for one line of a log. PostgreSQL rejects NUL, and terminals obey control characters. */
export function cleanText(text: string | null, maximumLength: number): string | null {
  if (text === null) return null;
  return text.slice(0, maximumLength).replace(unsafe, "�");
}
