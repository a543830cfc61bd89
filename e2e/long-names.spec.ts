import { expect, inDatabase, row, test } from "./fixtures";

const long = "Abcdefghij".repeat(7);

test("a name of 70 characters without spaces doesn't overflow", async ({
  page,
  workspace,
  signIn,
  apiKey,
}) => {
  const { key } = await apiKey({ name: long });
  await workspace.console.post(`/api/workspaces/${workspace.slug}/members`, {
    data: { name: `${long}x`, role: "member" },
  });
  await inDatabase("UPDATE users SET name = $2 WHERE email = $1", [workspace.owner.email, long]);
  await inDatabase("UPDATE workspaces SET name = $2 WHERE slug = $1", [workspace.slug, long]);
  await signIn();
  for (const width of [1280, 360]) {
    await page.setViewportSize({ width, height: 800 });
    for (const path of [
      "api/keys",
      `api/keys/${key.id}`,
      "api/access-logs",
      "members",
      "audit-log",
      "profile",
      "workspace",
    ]) {
      await page.goto(`/${workspace.slug}/settings/${path}`);
      if (path === "api/keys") await expect(row(page, long)).toBeVisible();
      await expect(page.getByRole("main").getByText(/\S/).first()).toBeVisible();
      await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(wide, `${path} at ${width} px`).toBe(width);
      const out = await page.evaluate(() =>
        [...document.querySelectorAll("main td, main h1, main dd, main li")]
          .filter(
            (cell) => cell.scrollWidth > cell.clientWidth + 1 && getComputedStyle(cell).display !== "inline",
          )
          .map((cell) => cell.textContent?.slice(0, 30)),
      );
      expect(out, `${path} at ${width} px`).toEqual([]);
    }
  }
});
