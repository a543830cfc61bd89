import { array, assert, property, string } from "fast-check";
import { expect, test } from "vitest";
import { choiceText, parseChoice } from "./choice";

const values = array(string({ unit: "grapheme", minLength: 1 }), { maxLength: 4 }).map((all) => [
  ...new Set(all),
]);

test("a choice is read back from its text", () => {
  assert(
    property(values, values, (is, not) => {
      expect(parseChoice(choiceText({ is, not }))).toEqual({ is, not });
    }),
  );
});

test("empty parts are ignored, repeated values count once, a broken encoding is refused", () => {
  expect(parseChoice("a,,!,!b,a,!b")).toEqual({ is: ["a"], not: ["b"] });
  expect(parseChoice("")).toEqual({ is: [], not: [] });
  expect(parseChoice("%zz")).toBeNull();
});
