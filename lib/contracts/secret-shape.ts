/** The format of an API key, used to recognize keys in typed or pasted text and keep them out of URLs, requests, and logs. */
export type SecretShape = { prefix: string; length: number };

/** How many characters the console shows after the prefix and at the end of a key. */
const shownCharacters = 4;
/** Too many ordinary words start with a shorter prefix. */
const shortestPrefix = 3;

/**
 * Returns the text, or only the hint (`kw_sk_9f3A…x1Zq`) if the text contains a key or the start of one. A partial
 * key is cut to its first characters.
 */
export function hideSecret(text: string, shapes: readonly SecretShape[]): string {
  const foreign = foreignSecret(text);
  const hidden = hideKey(text, shapes);
  if (hidden !== text || !foreign) return hidden;
  const [start] = /^(?:[a-z0-9]{1,8}[_-]){0,3}.{4}/i.exec(foreign) ?? [];
  return `${start}…${foreign.slice(-shownCharacters)}`;
}

/** Like hideSecret, but only for the key formats in use: ids from other systems can look as random as a secret. */
export function hideKey(text: string, shapes: readonly SecretShape[]): string {
  const known = knownSecret(text, shapes);
  if (!known) return text;
  const start = known.text.slice(0, known.shape.prefix.length + shownCharacters);
  return known.text.length < known.shape.length
    ? `${start}…`
    : `${start}…${known.text.slice(-shownCharacters)}`;
}

/** Whether the text contains a complete key, not just the start of one that is still being typed. */
export function holdsWholeSecret(text: string, shapes: readonly SecretShape[]): boolean {
  const known = knownSecret(text, shapes);
  return known ? known.text.length >= known.shape.length : foreignSecret(text) !== null;
}

/**
 * Whether the text contains what looks like a random secret from any vendor: a long run that mixes case and digits
 * throughout.
 */
export function holdsForeignSecret(text: string): boolean {
  return foreignSecret(text) !== null;
}

/** A key in one of the formats in use, complete or with more characters than the console ever shows. */
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

/** In ordinary words, camel case included, runs of one kind of character are longer than in random text. */
function looksRandom(run: string): boolean {
  const characters = run.replaceAll(/[_-]/g, "");
  const mixed = [/[A-Z]/, /[a-z]/, /\d/].every((kind) => kind.test(characters));
  const pieces = characters.match(/[A-Z]?[a-z]+|[A-Z]+|\d+/g)?.length ?? 0;
  return mixed && characters.length >= 20 && pieces * 7 >= characters.length * 2;
}
