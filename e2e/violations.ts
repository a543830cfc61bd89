import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect } from "./fixtures";

/** Expects no axe violations and no horizontal overflow. Also takes a screenshot if E2E_SCREENSHOTS is a folder. */
export async function expectNoViolations(page: Page, picture?: string): Promise<void> {
  const folder = process.env.E2E_SCREENSHOTS;
  if (folder && picture) await page.screenshot({ path: `${folder}/${picture}.png`, fullPage: true });
  expect(await findViolations(page), picture).toEqual([]);
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow, "scrolls sideways").toBe(0);
}

/** The same in the light and the dark theme. Leaves the page in the light one. */
export async function expectNoViolationsInBothThemes(page: Page, picture: string): Promise<void> {
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await expectNoViolations(page, `${picture}-${colorScheme}`);
  }
}

/** What axe finds, except minor violations, once nothing on the page moves or fades any more. */
export async function findViolations(page: Page, axe = new AxeBuilder({ page })): Promise<string[]> {
  await atRest(page);
  const { violations } = await axe.analyze();
  return violations
    .filter(({ impact }) => impact !== "minor")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
}

/** Waits for transitions and animations to end: a dialog that is fading in has too little contrast. */
export function atRest(page: Page): Promise<void> {
  return page.evaluate(async () => {
    const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    // A spinner never ends, and changes no color.
    const ending = () =>
      document
        .getAnimations()
        .filter(({ effect }) => effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY);
    do {
      await Promise.allSettled(ending().map(({ finished }) => finished));
      await nextFrame();
      await nextFrame();
    } while (ending().length > 0);
  });
}
