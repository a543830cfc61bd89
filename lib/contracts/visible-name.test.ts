import { expect, test } from "vitest";
import { displayName } from "./names";

const parse = (name: string) => displayName(100).safeParse(name);

const fine = {
  "plain text": "blog ingest (prod) v2.1",
  "a Persian name with a non-joiner": "می\u200Cخواهم",
  "a Persian plural after a letter that does not join": "کار\u200Cها",
  "a Hindi conjunct shown apart": "क्\u200Cष",
  "a Sinhala name with a joiner": "ශ්\u200Dරී",
  "a Malayalam final letter in the older spelling": "അവന്\u200D",
  "a family": "👨\u200D👩\u200D👧\u200D👦",
  "a heart with its selector": "I ❤\uFE0F keys",
  "a flag": "🇩🇪",
  "a flag made of tags": "🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}",
  "a keycap": "1\uFE0F\u20E3",
  "a skin tone": "👍🏽",
  "Vietnamese with two marks on a letter": "Nguyễn Thế",
  "Thai, Hebrew with points, Arabic with marks": "ผู้ใหญ่ שָׁלוֹם مُحَمَّد",
  "Korean, Japanese, Chinese": "김철수 さくら 東京",
  "compatibility characters": "№ ① ﬁ ™",
};

test.each(Object.entries(fine))("S56 %s is a name as it stands", (_, name) => {
  expect(parse(name)).toMatchObject({ success: true, data: name });
});

const refused = {
  NUL: "a\u0000b",
  "a line break": "a\nb",
  "a tab": "a\tb",
  "a C1 control": "a\u009Bb",
  "a line separator": "a\u2028b",
  "a right-to-left override": "a\u202Eb",
  "a bidirectional isolate": "a\u2066b",
  "a right-to-left mark": "a\u200Fb",
  "a zero-width space": "a\u200Bb",
  "a byte order mark": "a\uFEFFb",
  "a word joiner": "a\u2060b",
  "a soft hyphen": "a\u00ADb",
  "a combining grapheme joiner": "a\u034Fb",
  "a non-joiner between Latin letters": "a\u200Cb",
  "a joiner between Latin letters": "a\u200Db",
  "a joiner between Arabic letters": "م\u200Dی",
  "a non-joiner at the end": "می\u200C",
  "two non-joiners": "می\u200C\u200Cخ",
  "a joiner after an accent": "e\u0301\u0301\u200D",
  "a joiner between emoji that are no sequence": "😀\u200D😀",
  "a variation selector on a letter": "a\uFE0Fb",
  "a text selector": "a\uFE0Eb",
  "an ideographic variation selector": "葛\u{E0100}",
  "a Mongolian selector": "ᠠ\u180Bᠨ",
  "tags without a flag": "a\u{E0067}\u{E0062}\u{E007F}",
  "a Hangul filler": "\u3164",
  "a half-width Hangul filler": "a\uFFA0b",
  "a Hangul syllable's filler": "\u115F\u1160",
  "a Khmer inherent vowel": "a\u17B4b",
  "a blank Braille pattern": "\u2800",
  "a blank Braille pattern in between": "a\u2800b",
  "a blank note head": "\u{1D159}",
  "a lone high surrogate": "a\uD800",
  "a lone low surrogate": "\uDC00a",
  "a private character": "a\uE000",
  "a noncharacter": "a\uFFFF",
  "an unassigned character": "a\u0378",
  "an accent alone": "\u0301",
  "accents in a pile": "a\u0300\u0301\u0302\u0303\u0304\u0305\u0306",
  nothing: "",
  spaces: " \u3000\u2003\u00A0 ",
};

test.each(Object.entries(refused))("S56 %s is refused", (_, name) => {
  expect(parse(name).success).toBe(false);
});

test("S56 whitespace of any kind becomes one space, and letters are normalized", () => {
  expect(parse("\u00A0deploy\u2003\u3000 bot \u2009")).toMatchObject({ data: "deploy bot" });
  expect(parse("Zoe\u0308").data).toBe("Zo\u00EB");
});

test("the length of a name is counted in code points", () => {
  expect(parse("x".repeat(100)).success).toBe(true);
  expect(parse("😀".repeat(100)).success).toBe(true);
  expect(parse("x".repeat(101)).success).toBe(false);
});
