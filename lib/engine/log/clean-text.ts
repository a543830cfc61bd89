/** Control characters (line breaks, NUL, terminal escapes), bidirectional controls and broken surrogates. */
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Printable ASCII has none of them. Nearly all text here is, and this finds out faster. */
const plain = /^[ -~]*$/;

/** Makes text from a client safe for one line of a log. PostgreSQL rejects NUL, and terminals obey control characters. */
export function cleanText(text: string | null, maximumLength: number): string | null {
  if (text === null) return null;
  const cut = text.length > maximumLength ? text.slice(0, maximumLength) : text;
  return plain.test(cut) ? cut : cut.replace(unsafe, "�");
}

/** A substring keeps the whole string in memory that it was cut from: for a user agent, all headers of the request. */
export function ownCopy(text: string): string {
  return ` ${text}`.slice(1);
}
