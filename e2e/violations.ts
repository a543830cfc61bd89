import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect } from "./fixtures";

/** Nothing that axe finds, and nothing wider than the window. With E2E_SCREENSHOTS, a folder, there is a picture of it, too. */
export async function expectNoViolations(page: Page, picture?: string): Promise<void> {
  const folder = process.env.E2E_SCREENSHOTS;
  if (folder && picture) await page.screenshot({ path: `${folder}/${picture}.png`, fullPage: true });
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(
    violations
      .filter(({ impact }) => impact !== "minor")
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`),
    picture,
  ).toEqual([]);
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow, "scrolls sideways").toBe(0);
}
