import { expect, test } from "./fixtures";

/** What of an element the eye has to go by where the system forces its colors. */
const looks = (element: Element) => {
  const { color, backgroundColor, borderTopColor, borderTopWidth, outlineStyle } = getComputedStyle(element);
  return { color, backgroundColor, borderTopColor, borderTopWidth, outlineStyle };
};

test("with forced colors a switch shows its state, a primary button its edge, and the current page its mark", async ({
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
  const on = await access.evaluate(looks);
  expect(on.backgroundColor).not.toBe(canvas);
  expect((await access.locator("span").evaluate(looks)).backgroundColor).not.toBe(on.backgroundColor);
  await workspace.console.put(`/api/workspaces/${workspace.slug}/api-access`, { data: { enabled: false } });
  await page.reload();
  await expect(access).not.toBeChecked();
  expect((await access.evaluate(looks)).backgroundColor).not.toBe(on.backgroundColor);
  expect((await access.locator("span").evaluate(looks)).backgroundColor).not.toBe(canvas);

  const here = page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name: "Workspace" });
  expect((await here.evaluate(looks)).outlineStyle).toBe("solid");
  await page.goto(`/${workspace.slug}/settings/members`);
  const primary = await page.getByRole("button", { name: "Invite member" }).evaluate(looks);
  expect(primary.color).not.toBe(canvas);
  expect(primary.backgroundColor).not.toBe(primary.color);
  expect(primary.borderTopWidth).toBe("1px");
  expect(primary.borderTopColor).not.toBe(canvas);
});
