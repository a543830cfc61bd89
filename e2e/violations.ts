import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect } from "./fixtures";

/** Expects no axe violations and no horizontal overflow. Also takes a screenshot if E2E_SCREENSHOTS is a folder. */
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
