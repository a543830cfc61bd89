import { afterEach, beforeAll, beforeEach, expect, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { panels } from "@/components/ui/load-panels";
import { unmountAll } from "./render";
import { watchConsole, watchLeaks } from "./watch";

const takeConsole = watchConsole();
const takeLeaks = watchLeaks();

// Menus, lists and tooltips load on first use; load-on-use.browser.test.tsx tests that.
beforeAll(() => new Promise<void>((resolve) => panels.whenLoaded(resolve)));

beforeEach(async () => {
  await page.viewport(1024, 768);
  // The pointer rests where the test before left it, and would hover what appears there.
  await userEvent.hover(document.documentElement, { position: { x: 1, y: 1 }, force: true });
});

afterEach(() => {
  unmountAll();
  vi.useRealTimers();
  expect(takeConsole(), "what the browser's console was told").toEqual([]);
  expect(takeLeaks(), "what outlives the components of the test").toEqual([]);
  expect(document.documentElement.style.overflow, "the page scrolls again").toBe("");
});
