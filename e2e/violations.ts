import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect } from "./fixtures";

/** The rules that a theme can break. */
const colorRules = ["color-contrast", "link-in-text-block"];

/** Expects no axe violations and no horizontal overflow. `within` is a selector of the only part to check. */
export async function expectNoViolations(page: Page, where = "the page", within?: string): Promise<void> {
  expect(await findViolations(page, { within }), where).toEqual([]);
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow, `${where} scrolls sideways`).toBe(0);
}

/**
 * Checks every rule in the light theme, and in the dark one those about colors, which don't depend on the width: only on a wide page.
 * Leaves the page in the light theme.
 */
export async function expectNoViolationsInBothThemes(
  page: Page,
  where: string,
  within?: string,
): Promise<void> {
  const lightCanvas = await changeTheme(page, "light");
  await expectNoViolations(page, where, within);
  if ((page.viewportSize()?.width ?? 0) <= 1000) return;
  expect(await changeTheme(page, "dark"), `${where} has a dark theme`).not.toBe(lightCanvas);
  expect(await findViolations(page, { within, rules: colorRules }), `${where}, dark`).toEqual([]);
  await changeTheme(page, "light");
}

/** What axe finds, except minor violations, once nothing on the page moves or fades any more. */
export async function findViolations(
  page: Page,
  { within, rules }: { within?: string | undefined; rules?: string[] } = {},
): Promise<string[]> {
  await atRest(page);
  // Otherwise axe opens another page for its report, which only pages with frames of other origins need.
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ["violations"] });
  if (within) axe.include(within);
  if (rules) axe.withRules(rules);
  const { violations } = await axe.analyze();
  return violations
    .filter(({ impact }) => impact !== "minor")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
}

/** Returns the page's color after all transitions: halfway between two themes, nothing has enough contrast. */
async function changeTheme(page: Page, colorScheme: "light" | "dark"): Promise<string> {
  await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
  await atRest(page);
  return page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
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
