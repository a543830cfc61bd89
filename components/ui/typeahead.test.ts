import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createTypeahead } from "./typeahead";

const names = ["Active", "All", "Disabled", "Expired"];

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it("finds by the first letter, and goes round with it", () => {
  const find = createTypeahead();
  expect(find("a", names, -1)).toBe(0);
  expect(find("a", names, 0)).toBe(1);
  expect(find("a", names, 1)).toBe(0);
});

it("finds by a beginning, and forgets it after a pause", () => {
  const find = createTypeahead();
  expect(find("a", names, -1)).toBe(0);
  expect(find("l", names, 0)).toBe(1);
  vi.advanceTimersByTime(1_000);
  expect(find("E", names, 1)).toBe(3);
});

it("leaves other keys alone", () => {
  const find = createTypeahead();
  expect(find("Enter", names, 0)).toBe(-1);
  expect(find(" ", names, 0)).toBe(-1);
  expect(find("z", names, 0)).toBe(-1);
});
