/**
 * Names follow the Nickname profile of PRECIS (RFC 8266), limited to what is visible: whitespace is collapsed, and
 * only characters of the FreeformClass (RFC 8264) remain. Names need not be unique, so case and compatibility
 * characters stay as typed.
 */
export function foldSpaces(name: string): string {
  return name
    .normalize("NFC")
    .replace(/\p{Zs}+/gu, " ")
    .trim();
}

/**
 * Why a name is not acceptable, as a message for the person who typed it. Null if it is acceptable. Call it after
 * foldSpaces.
 */
export function problemOfName(name: string): string | null {
  // Emoji can contain joiners and variation selectors. Only the sequences that Unicode recommends for interchange
  // render as one picture everywhere.
  const text = name.replace(emoji, "*");
  if (disallowed.test(withoutJoiners(text))) return "Remove the invisible characters.";
  if (blank.test(text) || !visible.test(text)) return "Use at least one visible character and no blank ones.";
  if (marks.test(text)) return "Remove standalone or stacked accents.";
  return null;
}

// biome-ignore lint/complexity/useRegexLiterals: the compiler knows this flag only for a later target than the server's.
const emoji = new RegExp("\\p{RGI_Emoji}", "gv");

/**
 * Controls, format characters, fillers and variation selectors, line breaks, broken surrogates, private and unassigned
 * characters.
 */
const disallowed = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}]/u;

/** Letters and symbols that render as blank space: Braille, music, hieroglyphs. */
const blank = /[\u2800\u{1D159}\u{13441}\u{13442}]/u;
const visible = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** UTS 39 §5.4 treats more than four marks on a letter as an attack. */
const marks = /^\p{M}|\p{Mn}{5}/u;

/** Removes the joiners that visibly change the text around them (RFC 5892 appendix A.1 and A.2). */
function withoutJoiners(text: string): string {
  return text
    .replace(nonJoinerBetweenLetters, "")
    .replace(/(\p{M})[\u200C\u200D]/gu, (both, mark: string) => (isVirama(mark) ? mark : both));
}

const cursive =
  "[\\p{scx=Arab}\\p{scx=Syrc}\\p{scx=Mand}\\p{scx=Mong}\\p{scx=Nkoo}\\p{scx=Phag}\\p{scx=Adlm}\\p{scx=Rohg}]";
const nonJoinerBetweenLetters = new RegExp(
  `(?<=(?=\\p{L})${cursive}\\p{Mn}*)\\u200C(?=\\p{Mn}*(?=\\p{L})${cursive})`,
  "gu",
);

/** Viramas have combining class 9: canonical ordering puts them between classes 8 and 10. */
function isVirama(mark: string): boolean {
  const [class8, class10] = ["\u3099", "\u05B0"];
  return (
    (mark + class8).normalize("NFD") === class8 + mark && (class10 + mark).normalize("NFD") === mark + class10
  );
}
