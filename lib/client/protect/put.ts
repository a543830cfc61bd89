/**
 * Replaces every `from`.
 * @throws if there is none: the file must have changed, and a wrong configuration is worse than none.
 */
export function put(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`There is no "${from}" to be replaced.`);
  return text.replaceAll(from, () => to);
}
