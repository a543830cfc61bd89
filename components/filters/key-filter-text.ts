import type { ApiKey } from "@/lib/contracts/api-keys";

type NamedKey = Pick<ApiKey, "id" | "name" | "prefix" | "suffix" | "owner">;

/** The suggestions: each key's name, with its hint if other keys have the same name. */
export function keyTexts(keys: readonly NamedKey[]): string[] {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key.name, (counts.get(key.name) ?? 0) + 1);
  return keys.map((key) => (counts.get(key.name) === 1 ? key.name : fullText(key)));
}

/** The id of the key that a text stands for: a suggestion, an id, a hint, or a name that only one key has. */
export function resolveKeyText(text: string, keys: readonly NamedKey[]): string | null {
  const typed = text.trim();
  if (typed === "") return null;
  if (/^key_[A-Za-z0-9]+$/.test(typed)) return typed;
  const same = keys.filter((key) => fullText(key) === typed || hint(key) === typed);
  const named = same.length > 0 ? same : keys.filter((key) => key.name.toLowerCase() === typed.toLowerCase());
  return named.length === 1 ? (named[0]?.id ?? null) : null;
}

/** The keys whose name, hint, id or owner contains a text. Matches like the server's search. */
export function keysLike<Key extends NamedKey>(text: string, keys: readonly Key[]): Key[] {
  const typed = text.trim();
  const part = typed.toLowerCase();
  return keys.filter(
    (key) =>
      [key.name, key.owner.name].some((name) => name.toLowerCase().includes(part)) ||
      [key.id, hint(key)].some((id) => id.includes(typed)) ||
      hint(key) === typed.replace("...", "…"),
  );
}

/** The id of the only key that contains a text; null if none or several do. */
export function onlyKeyLike(text: string, keys: readonly NamedKey[]): string | null {
  const like = text.trim() === "" ? [] : keysLike(text, keys);
  return like.length === 1 ? (like[0]?.id ?? null) : null;
}

function fullText(key: NamedKey): string {
  return `${key.name} (${hint(key)})`;
}

function hint(key: NamedKey): string {
  return `${key.prefix}…${key.suffix}`;
}
