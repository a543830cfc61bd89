/** Recognizes API keys in text that was typed or pasted, so that they are never put into a URL, a request or a log. */
export type SecretShape = { prefix: string; length: number };

/** The characters after the format prefix, and at the end, that the console shows of a key. */
const shownCharacters = 4;
/** Shorter prefixes begin too many ordinary words. */
const shortestPrefix = 3;

/**
 * The text itself, or if it holds a key or the beginning of one, that key's hint alone: `kw_sk_9f3A…x1Zq`. A key that is only
 * partly there is cut to its first characters.
 */
export function hideSecret(text: string, shapes: readonly SecretShape[]): string {
  const foreign = foreignSecret(text);
  const hidden = hideKey(text, shapes);
  if (hidden !== text || !foreign) return hidden;
  const [start] = /^(?:[a-z0-9]{1,8}[_-]){0,3}.{4}/i.exec(foreign) ?? [];
  return `${start}…${foreign.slice(-shownCharacters)}`;
}

/** The same for keys of the formats in use alone: an id that others made may look as random as a secret. */
export function hideKey(text: string, shapes: readonly SecretShape[]): string {
  const known = knownSecret(text, shapes);
  if (!known) return text;
  const start = known.text.slice(0, known.shape.prefix.length + shownCharacters);
  return known.text.length < known.shape.length
    ? `${start}…`
    : `${start}…${known.text.slice(-shownCharacters)}`;
}

/** Whether the text holds a whole key, as opposed to the beginning of one that is still being typed. */
export function holdsWholeSecret(text: string, shapes: readonly SecretShape[]): boolean {
  const known = knownSecret(text, shapes);
  return known ? known.text.length >= known.shape.length : foreignSecret(text) !== null;
}

/** Whether the text holds what looks like a random secret of any maker: a long run that mixes cases and digits throughout. */
export function holdsForeignSecret(text: string): boolean {
  return foreignSecret(text) !== null;
}

/** A key of a format in use, whole or with more of its beginning than is ever shown. */
function knownSecret(
  text: string,
  shapes: readonly SecretShape[],
): { text: string; shape: SecretShape } | null {
  for (const shape of shapes) {
    if (shape.prefix.length < shortestPrefix) continue;
    for (let from = text.indexOf(shape.prefix); from >= 0; from = text.indexOf(shape.prefix, from + 1)) {
      const [body = ""] = /^[A-Za-z0-9_-]*/.exec(text.slice(from + shape.prefix.length)) ?? [];
      const run = shape.prefix + body;
      if (run.length > shape.prefix.length + shownCharacters)
        return { text: run.slice(0, shape.length), shape };
    }
  }
  return null;
}

function foreignSecret(text: string): string | null {
  for (const [run] of text.matchAll(/[A-Za-z0-9_-]{24,}/g)) if (looksRandom(run)) return run;
  return null;
}

/** Words, also those of camel case, are longer than the runs of one kind of character in random text. */
function looksRandom(run: string): boolean {
  const characters = run.replaceAll(/[_-]/g, "");
  const mixed = [/[A-Z]/, /[a-z]/, /\d/].every((kind) => kind.test(characters));
  const pieces = characters.match(/[A-Z]?[a-z]+|[A-Z]+|\d+/g)?.length ?? 0;
  return mixed && characters.length >= 20 && pieces * 7 >= characters.length * 2;
}
