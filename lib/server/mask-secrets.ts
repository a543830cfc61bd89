/** Shorter text could be part of anything. */
const shortest = 6;

/** @returns A function that replaces secrets in a text, as they are and as they are written in JSON and URLs. */
export function maskSecrets(secrets: readonly string[]): (text: string) => string {
  const written = secrets
    .filter(({ length }) => length >= shortest)
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]);
  if (written.length === 0) return (text) => text;
  // The longest first: one may be the beginning of another.
  const alternatives = [...new Set(written)].sort((one, other) => other.length - one.length).map(escaped);
  const pattern = new RegExp(alternatives.join("|"), "g");
  return (text) => text.replace(pattern, "[secret]");
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
