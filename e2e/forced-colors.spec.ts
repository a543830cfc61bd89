import { expect, test } from "./fixtures";

/** The styles that remain visible with forced colors. */
const visibleStyles = (element: Element) => {
  const { color, backgroundColor, borderTopColor, borderTopWidth, outlineStyle } = getComputedStyle(element);
  return { color, backgroundColor, borderTopColor, borderTopWidth, outlineStyle };
};

test("forced colors keep a switch's state, a primary button's edge and the mark of the current page visible", async ({
  page,
  workspace,
  signIn,
}) => {
  await page.emulateMedia({ forcedColors: "active" });
  await signIn();
  await page.goto(`/${workspace.slug}/settings/workspace`);
  const access = page.getByRole("switch", { name: "API access" });
  const canvas = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  await expect(access).toBeChecked();
  const on = await access.evaluate(visibleStyles);
  expect(on.backgroundColor).not.toBe(canvas);
  expect((await access.locator("span").evaluate(visibleStyles)).backgroundColor).not.toBe(on.backgroundColor);
  await workspace.console.put(`/api/workspaces/${workspace.slug}/api-access`, { data: { enabled: false } });
  await page.reload();
  await expect(access).not.toBeChecked();
  expect((await access.evaluate(visibleStyles)).backgroundColor).not.toBe(on.backgroundColor);
  expect((await access.locator("span").evaluate(visibleStyles)).backgroundColor).not.toBe(canvas);

  const here = page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name: "Workspace" });
  expect((await here.evaluate(visibleStyles)).outlineStyle).toBe("solid");
  await page.goto(`/${workspace.slug}/settings/members`);
  const primary = await page.getByRole("button", { name: "Invite member" }).evaluate(visibleStyles);
  expect(primary.color).not.toBe(canvas);
  expect(primary.backgroundColor).not.toBe(primary.color);
  expect(primary.borderTopWidth).toBe("1px");
  expect(primary.borderTopColor).not.toBe(canvas);
});
