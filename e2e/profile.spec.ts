import sharp from "sharp";
import { expect, origin, password, test } from "./fixtures";
import { findViolations } from "./violations";

test("a picture is uploaded, shown, and removed, and other files are rejected", async ({
  page,
  workspace,
  signIn,
  expectedErrors,
}) => {
  expectedErrors.push(/status of 400/);
  const photo = await sharp({ create: { width: 900, height: 600, channels: 3, background: "#36c" } })
    .jpeg()
    .toBuffer();
  await signIn();
  await page.goto(`/${workspace.slug}/settings/profile`);
  const section = page.getByRole("region", { name: "Picture" });
  await expect(section.getByRole("button", { name: "Remove picture" })).toBeHidden();
  const chooser = page.waitForEvent("filechooser");
  await section.getByRole("button", { name: "Upload picture" }).click();
  await (await chooser).setFiles({ name: "me.jpg", mimeType: "image/jpeg", buffer: photo });
  await expect(section.getByRole("button", { name: "Change picture" })).toBeVisible();
  const pictures = page.locator('img[src^="/api/users/"]');
  // In the section and in the account menu. The hidden bar for small windows has it, too.
  await expect(pictures.filter({ visible: true })).toHaveCount(2);
  const drawn = () => section.locator("img").evaluate((image: HTMLImageElement) => image.naturalWidth);
  await expect.poll(drawn).toBe(256);

  await page
    .getByLabel("Picture file")
    .setInputFiles({ name: "me.png", mimeType: "image/png", buffer: Buffer.from("<svg/>") });
  await expect(section.getByRole("alert")).toHaveText("Choose a PNG, JPEG or WebP picture.");
  expect(await findViolations(page)).toEqual([]);
  await page.getByRole("link", { name: "Members" }).click();
  await expect(page.getByRole("row").filter({ hasText: workspace.owner.email }).locator("img")).toBeVisible();

  await page.getByRole("link", { name: "Profile" }).click();
  await section.getByRole("button", { name: "Remove picture" }).click();
  await expect(section.getByRole("button", { name: "Upload picture" })).toBeFocused();
  await expect(pictures).toHaveCount(0);
});

test("exact times use the chosen time zone", async ({ page, workspace, signIn }) => {
  await signIn();
  await page.goto(`/${workspace.slug}/settings/profile`);
  await page.getByRole("combobox", { name: "Time zone" }).fill("kathm");
  await page.getByRole("option", { name: /Kat(h)?mandu/ }).click();
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByText("Saved.")).toBeVisible();
  await page.getByRole("link", { name: "Audit log" }).click();
  await page
    .getByRole("button", { name: /Details/ })
    .first()
    .click();
  await expect(page.getByRole("dialog").getByText(/GMT\+5:45/)).toBeVisible();
});

test("signing in applies the theme in another browser", async ({ page, browser, workspace, signIn }) => {
  await signIn();
  await page.goto(`/${workspace.slug}/settings/profile`);
  await page.getByRole("button", { name: "Account menu" }).click();
  await page.getByRole("menuitem", { name: "Theme" }).click();
  const kept = page.waitForResponse((answer) => answer.request().method() === "PATCH");
  await page.getByRole("menuitemradio", { name: "Dark" }).click();
  await kept;
  const elsewhere = await browser.newPage();
  await elsewhere.goto(`${origin}/sign-in`);
  await expect(elsewhere.locator("html")).not.toHaveAttribute("data-theme");
  await elsewhere.getByLabel("Email").fill(workspace.owner.email);
  await elsewhere.getByLabel("Password", { exact: true }).fill(password);
  await elsewhere.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(elsewhere).toHaveURL(/\/settings\//);
  await expect(elsewhere.locator("html")).toHaveAttribute("data-theme", "dark");
  await elsewhere.close();
});

test("recent activity lists changes with their time and address", async ({ page, workspace, signIn }) => {
  await signIn();
  await page.goto(`/${workspace.slug}/settings/profile`);
  await page.getByLabel("Name", { exact: true }).fill("Ada King");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByText("Saved.")).toBeVisible();
  await page.getByRole("link", { name: "Security" }).click();
  const activity = page.getByRole("list", { name: "Recent activity" }).getByRole("listitem");
  await expect(activity).toHaveCount(2);
  await expect(activity.first()).toContainText(/Renamed the account.*Chrome.*127\.0\.0\.1/);
  await expect(activity.last()).toContainText("Created the account");
  expect(await findViolations(page)).toEqual([]);
});
