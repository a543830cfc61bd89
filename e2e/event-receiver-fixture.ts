import type { Page } from "@playwright/test";
import { type EventReceiver, startEventReceiver } from "@/tests/peers/event-receiver";
import { test as base } from "./fixtures";

export const test = base.extend<{ receiver: EventReceiver }>({
  receiver: async ({ page: _ }, use) => {
    const receiver = await startEventReceiver();
    await use(receiver);
    await receiver.close();
  },
});

/** Opens the menu of a subscription's row and chooses an action. */
export async function choose(page: Page, url: string, action: string): Promise<void> {
  await page.getByRole("button", { name: `Actions for ${url}` }).click();
  await page.getByRole("menuitem", { name: action, exact: true }).click();
}
