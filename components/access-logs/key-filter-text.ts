import type { ApiKey } from "@/lib/contracts/api-keys";

type NamedKey = Pick<ApiKey, "id" | "name" | "prefix" | "suffix">;

/** How each key is offered: by its name, and where two have the same, with what may be shown of the key. */
export function keyTexts(keys: readonly NamedKey[]): string[] {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key.name, (counts.get(key.name) ?? 0) + 1);
  return keys.map((key) => (counts.get(key.name) === 1 ? key.name : fullText(key)));
}

/** The key a typed text means: an offered text, an id, or a name only one key has. */
export function resolveKeyText(text: string, keys: readonly NamedKey[]): string | null {
  const typed = text.trim();
  if (typed === "") return null;
  if (/^key_[A-Za-z0-9]+$/.test(typed)) return typed;
  const same = keys.filter((key) => fullText(key) === typed);
  const named = same.length > 0 ? same : keys.filter((key) => key.name.toLowerCase() === typed.toLowerCase());
  return named.length === 1 ? (named[0]?.id ?? null) : null;
}

/** The key a part of a name means to who leaves the field: the only one it is part of. */
export function onlyKeyLike(text: string, keys: readonly NamedKey[]): string | null {
  const typed = text.trim().toLowerCase();
  const like = typed === "" ? [] : keys.filter((key) => key.name.toLowerCase().includes(typed));
  return like.length === 1 ? (like[0]?.id ?? null) : null;
}

function fullText(key: NamedKey): string {
  return `${key.name} (${key.prefix}…${key.suffix})`;
}
