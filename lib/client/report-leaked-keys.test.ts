import { expect, test } from "vitest";
import { longestPastedText, wordsOf } from "./report-leaked-keys";

const key = "kw_sk_2Vb7ExampleExampleExampleExample0p0Qe";

test.each([
  key,
  `  ${key}\n`,
  `API_KEY=${key}`,
  `{"apiKey":"${key}","other":1}`,
  `Authorization: Bearer ${key}`,
  `https://api.example.com/v1?api_key=${key}&page=2`,
  `curl -H 'x-api-key:${key}' https://api.example.com`,
  `one@${key} two\n\`${key}\``,
])("the key in a pasted text is found: %s", (text) => {
  expect(wordsOf(text)).toContain(key);
});

test("a key with punctuation of its own is found too", () => {
  expect(wordsOf("a abc+/def== b")).toContain("abc+/def==");
});

test("a text without words has none, and what can't be a key is left out", () => {
  expect(wordsOf(" \n ")).toEqual([]);
  expect(wordsOf(`${"x".repeat(513)} ${key}`)).toEqual([key]);
});

test("the longest text fits into a request", () => {
  const text = Array.from({ length: longestPastedText / 2 }, (_, index) => (index % 2 ? "é" : "a:")).join("");
  const words = wordsOf(text.slice(0, longestPastedText));
  expect(words.length).toBeLessThanOrEqual(1000);
  const worst = wordsOf(`${"€".repeat(500)}:`.repeat(60).slice(0, longestPastedText));
  expect(Buffer.byteLength(JSON.stringify({ credentials: worst }))).toBeLessThan(64 * 1024);
});
