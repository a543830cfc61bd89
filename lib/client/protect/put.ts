/**
 * The text with every `from` replaced.
 * @throws where there is none: the file has changed, and a configuration that still points elsewhere is worse than none.
 */
export function put(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`There is no "${from}" to be replaced.`);
  return text.replaceAll(from, () => to);
}
