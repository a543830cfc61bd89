import { expect, it } from "vitest";
import { keyTexts, onlyKeyLike, resolveKeyText } from "./key-filter-text";

const ada = { userId: "usr_1", name: "Ada Lovelace", role: "owner" as const };
const bot = { userId: "usr_2", name: "CI", role: "member" as const };
const keys = [
  { id: "key_1", name: "blog ingest", prefix: "kw_sk_9f3A", suffix: "x1Zq", owner: ada },
  { id: "key_2", name: "export", prefix: "kw_sk_Q0ab", suffix: "77Te", owner: ada },
  { id: "key_3", name: "export", prefix: "kw_sk_aaaa", suffix: "bbbb", owner: bot },
];

it("adds the hint to keys that share a name", () => {
  expect(keyTexts(keys)).toEqual(["blog ingest", "export (kw_sk_Q0ab…77Te)", "export (kw_sk_aaaa…bbbb)"]);
});

it("resolves a name, a suggestion or an id", () => {
  expect(resolveKeyText("Blog ingest ", keys)).toBe("key_1");
  expect(resolveKeyText("export (kw_sk_aaaa…bbbb)", keys)).toBe("key_3");
  expect(resolveKeyText("key_9", keys)).toBe("key_9");
});

it("resolves nothing if no key or several keys match", () => {
  expect(resolveKeyText("export", keys)).toBeNull();
  expect(resolveKeyText("blog", keys)).toBeNull();
  expect(resolveKeyText("  ", keys)).toBeNull();
});

it("resolves a part of a name that only one key has", () => {
  expect(onlyKeyLike("blog", keys)).toBe("key_1");
  expect(onlyKeyLike("exp", keys)).toBeNull();
  expect(onlyKeyLike("", keys)).toBeNull();
});

it("resolves a hint, a part of it, an id and an owner", () => {
  expect(resolveKeyText("kw_sk_9f3A…x1Zq", keys)).toBe("key_1");
  for (const text of ["kw_sk_aaaa", "bbbb", "kw_sk_aaaa...bbbb", "key_3", "ci"])
    expect(onlyKeyLike(text, keys), text).toBe("key_3");
});
