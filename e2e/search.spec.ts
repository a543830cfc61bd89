import type { Page } from "@playwright/test";
import { expect, row, test } from "./fixtures";

/** Records everything that the page sends or puts into a URL. */
function watchSent(page: Page): string[] {
  const sent: string[] = [];
  page.on("request", (request) =>
    sent.push(decodeURIComponent(request.url()), JSON.stringify(request.headers())),
  );
  page.on("framenavigated", (frame) => sent.push(decodeURIComponent(frame.url())));
  return sent;
}

test("S71 searching for a pasted or typed key sends only its hint", async ({
  page,
  workspace,
  signIn,
  apiKey,
}) => {
  const { key, secret } = await apiKey({ name: "alpha" });
  await apiKey({ name: "beta" });
  const hidden = secret.slice(key.prefix.length, -4);
  const hint = `${key.prefix}…${key.suffix}`;
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  await expect(row(page, "beta")).toBeVisible();
  const sent = watchSent(page);
  const box = page.getByRole("searchbox", { name: "Search API keys" });
  await box.fill(`Authorization: Bearer ${secret}`);
  await expect(box).toHaveValue(hint);
  await expect(row(page, "beta")).toBeHidden();
  await expect(row(page, "alpha")).toBeVisible();
  await page.getByRole("button", { name: "Clear filters" }).click();
  await expect(row(page, "beta")).toBeVisible();
  // Slow enough that each part is searched for.
  await box.pressSequentially(secret.slice(0, 16), { delay: 300 });
  await expect(page).toHaveURL(new RegExp(`q=${key.prefix}%E2%80%A6`));
  await box.blur();
  await expect(box).toHaveValue(`${key.prefix}…`);
  await expect(row(page, "alpha")).toBeVisible();

  await page.goto(`/${workspace.slug}/settings/api/access-logs`);
  const filter = page.getByRole("combobox", { name: "Key", exact: true });
  await filter.fill(secret);
  await expect(filter).not.toHaveValue(new RegExp(hidden));
  await filter.press("Tab");
  await expect(page).toHaveURL(new RegExp(`key=${key.id}`));
  for (const name of ["Address", "Request id"]) {
    await page.getByLabel(name, { exact: true }).fill(secret);
    await expect(page.getByLabel(name, { exact: true })).toHaveValue(hint);
    await expect(page.getByText("This is an API key. Paste it into Key to filter by it.")).toBeVisible();
    await page.getByRole("search").getByRole("button", { name: "Clear filters" }).click();
  }
  expect(
    sent.filter((text) => text.includes(secret.slice(key.prefix.length, key.prefix.length + 5))),
  ).toEqual([]);
});

test("S71 a key in a page's URL is removed before the page is shown", async ({
  page,
  workspace,
  signIn,
  apiKey,
}) => {
  const { key, secret } = await apiKey({ name: "alpha" });
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys?q=${secret}`);
  await expect(row(page, "alpha")).toBeVisible();
  expect(new URL(page.url()).searchParams.get("q")).toBe(`${key.prefix}…${key.suffix}`);
  expect(await page.content()).not.toContain(secret.slice(key.prefix.length, -4));
});

test("S71 a key pasted as a name is rejected", async ({
  page,
  workspace,
  signIn,
  apiKey,
  expectedErrors,
}) => {
  expectedErrors.push(/status of 400/);
  const { secret } = await apiKey();
  await signIn();
  await page.goto(`/${workspace.slug}/settings/profile`);
  const name = page.getByLabel("Name", { exact: true });
  await name.fill(secret);
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(name).toHaveAttribute("aria-invalid", "true");
  await expect(name).toHaveAccessibleDescription(/looks like an API key/);
});

test("a search matches everything that a row shows, literally", async ({
  page,
  workspace,
  signIn,
  apiKey,
}) => {
  const { key } = await apiKey({ name: "100% of_it" });
  await apiKey({ name: "100 and of-it" });
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  const box = page.getByRole("searchbox", { name: "Search API keys" });
  for (const text of ["0%", "of_it", key.prefix, key.suffix, `${key.prefix}…${key.suffix}`, key.id]) {
    await box.fill(text);
    await expect(page.getByText("1 key", { exact: true }), text).toBeVisible();
    await expect(row(page, "100% of_it"), text).toBeVisible();
  }
  await box.fill("Lovelace");
  await expect(page.getByText("2 keys", { exact: true })).toBeVisible();
});
