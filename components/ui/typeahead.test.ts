import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createTypeahead } from "./typeahead";

const names = ["Active", "All", "Disabled", "Expired"];

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it("cycles through the items that start with a letter", () => {
  const find = createTypeahead();
  expect(find("a", names, -1)).toBe(0);
  expect(find("a", names, 0)).toBe(1);
  expect(find("a", names, 1)).toBe(0);
});

it("matches several letters, and starts over after a pause", () => {
  const find = createTypeahead();
  expect(find("a", names, -1)).toBe(0);
  expect(find("l", names, 0)).toBe(1);
  vi.advanceTimersByTime(1_000);
  expect(find("E", names, 1)).toBe(3);
});

it("ignores other keys", () => {
  const find = createTypeahead();
  expect(find("Enter", names, 0)).toBe(-1);
  expect(find(" ", names, 0)).toBe(-1);
  expect(find("z", names, 0)).toBe(-1);
});
