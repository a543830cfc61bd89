import { expect, test } from "vitest";
import { oneAhead } from "./one-ahead";

function counting(failAt = Number.POSITIVE_INFINITY) {
  const seen = { loaded: 0, ended: false };
  async function* numbers() {
    try {
      while (seen.loaded < 5) {
        seen.loaded += 1;
        if (seen.loaded === failAt) throw new Error("the database went away");
        yield seen.loaded;
      }
    } finally {
      seen.ended = true;
    }
  }
  return { seen, numbers: numbers() };
}

test("every item comes once and in order, and exactly one is loaded ahead", async () => {
  const { seen, numbers } = counting();
  const items: [item: number, loaded: number][] = [];
  for await (const item of oneAhead(numbers)) items.push([item, seen.loaded]);
  expect(items).toEqual([
    [1, 2],
    [2, 3],
    [3, 4],
    [4, 5],
    [5, 5],
  ]);
});

test("an error comes after the items before it", async () => {
  const { seen, numbers } = counting(3);
  const items: number[] = [];
  const read = async () => {
    for await (const item of oneAhead(numbers)) items.push(item);
  };
  await expect(read()).rejects.toThrow("the database went away");
  expect(items).toEqual([1, 2]);
  expect(seen.ended).toBe(true);
});

test("the source ends when its reader leaves early", async () => {
  const { seen, numbers } = counting();
  for await (const item of oneAhead(numbers)) if (item === 2) break;
  expect(seen).toEqual({ loaded: 3, ended: true });
});
