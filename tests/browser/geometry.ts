import { expect } from "vitest";

/** Half a pixel of rounding is no overflow. */
const slack = 0.5;

/** Asked again until it holds: a panel may still be on its last pixels of motion. */
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

/** How many pixels there are between an element and what stands above or below it. */
export function gapBetween(element: Element, other: Element): number {
  const [a, b] = [element.getBoundingClientRect(), other.getBoundingClientRect()];
  return a.top < b.top ? b.top - a.bottom : a.top - b.bottom;
}
