/**
 * The text with every `from` replaced. A configuration in which it is missing has changed under the page that writes it out:
 * better no configuration than one that still points elsewhere.
 */
export function put(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`There is no "${from}" to be replaced.`);
  return text.replaceAll(from, () => to);
}
