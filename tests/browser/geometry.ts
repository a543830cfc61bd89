import { expect } from "vitest";

/** Tolerates half a pixel of rounding. */
const slack = 0.5;

/** Retries until it holds, because a panel may still be moving. */
export async function expectWithinWindow(element: Element) {
  await expect
    .poll(() => {
      const { left, top, right, bottom, width, height } = element.getBoundingClientRect();
      return {
        hasSize: width * height > 0,
        left: left >= -slack,
        top: top >= -slack,
        right: right <= window.innerWidth + slack,
        bottom: bottom <= window.innerHeight + slack,
      };
    })
    .toEqual({ hasSize: true, left: true, top: true, right: true, bottom: true });
}

/** The distance in pixels between an element and the one above or below it. */
export function gapBetween(element: Element, other: Element): number {
  const [a, b] = [element.getBoundingClientRect(), other.getBoundingClientRect()];
  return a.top < b.top ? b.top - a.bottom : a.top - b.bottom;
}
