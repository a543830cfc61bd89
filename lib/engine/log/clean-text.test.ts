import fc from "fast-check";
import { expect, test } from "vitest";
import { cleanText } from "./clean-text";

test("S57 line breaks, NUL, terminal escapes, bidi controls and broken surrogates become a replacement sign", () => {
  for (const evil of [
    "\r",
    "\n",
    "\u0000",
    "\u001b",
    "\u009b",
    "\u202e",
    "\u2066",
    "\u200b",
    "\ufeff",
    "\u2028",
    "\ud800",
    "\udfff",
  ]) {
    expect(cleanText(`a${evil}b`, 10), JSON.stringify(evil)).toBe("a\ufffdb");
  }
  expect(cleanText("\u001b[31mred\u001b[0m", 20)).toBe("\ufffd[31mred\ufffd[0m");
});

test("text in any script, and null, are unchanged", () => {
  for (const fine of ["", "curl/8.5 (x86_64)", "größer", "日本語", "👍🏽", "a\u0301"])
    expect(cleanText(fine, 100)).toBe(fine);
  expect(cleanText(null, 10)).toBe(null);
});

test("the result is one well-formed line of at most the given length, even if a character is cut", () => {
  expect(cleanText("abc👍", 4)).toBe("abc\ufffd");
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.nat(20), (text, maximum) => {
      const clean = cleanText(text, maximum) as string;
      expect(clean.length).toBeLessThanOrEqual(maximum);
      expect(clean).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
    }),
  );
});
