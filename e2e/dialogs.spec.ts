import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { alert, callWithKey, expect, row, test } from "./fixtures";

test("S72 a revocation that failed offline and was canceled isn't sent later", async ({
  page,
  context,
  workspace,
  signIn,
  apiKey,
  expectedErrors,
}) => {
  expectedErrors.push(/ERR_INTERNET_DISCONNECTED/);
  const { secret } = await apiKey();
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  await page.getByRole("button", { name: "Actions for blog ingest" }).click();
  await page.getByRole("menuitem", { name: "Revoke" }).click();
  const dialog = page.getByRole("dialog", { name: "Revoke blog ingest?" });
  await expect(dialog).toBeVisible();

  await context.setOffline(true);
  await dialog.getByRole("button", { name: "Revoke key" }).click();
  await expect(alert(page)).toContainText("You’re offline, so nothing was sent.");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(dialog).toBeHidden();

  const revocations: string[] = [];
  page.on("request", (request) => request.method() === "POST" && revocations.push(request.url()));
  await context.setOffline(false);
  await page.getByRole("searchbox", { name: "Search API keys" }).fill("blog");
  await page.waitForResponse((answer) => answer.url().includes("search=blog"));
  expect(revocations).toEqual([]);
  await expect(row(page, "blog ingest")).toContainText("Active");
  expect((await callWithKey(secret)).status).toBe(200);
});

test("Escape, a press outside and Close ask before they discard what was typed", async ({
  page,
  workspace,
  signIn,
}) => {
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  const create = page.getByRole("button", { name: "Create API key" }).first();
  const dialog = page.getByRole("dialog", { name: "Create API key" });
  const question = page.getByRole("dialog", { name: "Discard changes?" });
  await create.click();
  await page.keyboard.press("Escape");
  await expect(dialog, "nothing was typed yet").toBeHidden();

  await create.click();
  const name = dialog.getByLabel("Name", { exact: true });
  await name.fill("nightly export");
  for (const dismiss of [
    () => page.keyboard.press("Escape"),
    () => page.mouse.click(5, 5),
    () => dialog.getByRole("button", { name: "Close" }).click(),
  ]) {
    await dismiss();
    await expect(question).toBeVisible();
    await expect(question.getByRole("button", { name: "Keep editing" })).toBeFocused();
    await question.getByRole("button", { name: "Keep editing" }).click();
    await expect(question).toBeHidden();
    await expect(name).toHaveValue("nightly export");
  }
  await page.keyboard.press("Escape");
  await question.getByRole("button", { name: "Discard" }).click();
  await expect(dialog).toBeHidden();
  await expect(create, "the focus is restored").toBeFocused();
});

test("a pending dialog that was closed reports its failure and doesn't affect the next dialog", async ({
  page,
  workspace,
  signIn,
  apiKey,
  expectedErrors,
}) => {
  expectedErrors.push(/status of 503/);
  await apiKey();
  await apiKey({ name: "nightly export" });
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  const answers: (() => void)[] = [];
  const refused = new Promise<void>((resolve) => answers.push(resolve));
  const received = page.waitForRequest("**/revoke");
  await page.route("**/revoke", async (route) => {
    await refused;
    const error = { code: "unavailable", message: "The database can’t be reached.", request_id: "req_1" };
    await route.fulfill({ status: 503, json: { error } });
  });

  await page.getByRole("button", { name: "Actions for blog ingest" }).click();
  await page.getByRole("menuitem", { name: "Revoke" }).click();
  const revoke = page.getByRole("dialog", { name: "Revoke blog ingest?" });
  await revoke.getByRole("button", { name: "Revoke key" }).click();
  await received;
  await revoke.getByRole("button", { name: "Close" }).last().click();
  await expect(revoke).toBeHidden();

  await page.getByRole("button", { name: "Actions for nightly export" }).click();
  await page.getByRole("menuitem", { name: "Rename" }).click();
  const rename = page.getByRole("dialog", { name: "Rename nightly export" });
  await rename.getByLabel("Name", { exact: true }).fill("weekly export");
  for (const answer of answers) answer();
  await expect(page.getByRole("region", { name: "Notifications" })).toContainText(
    "Revoking blog ingest failed.The database can’t be reached.",
  );
  // Everything outside the topmost dialog is inert, so the toast must be inside it.
  await page.getByRole("region", { name: "Notifications" }).getByRole("button", { name: "Dismiss" }).click();
  await expect(page.getByText("Revoking blog ingest failed.")).toBeHidden();
  await expect(rename.getByLabel("Name", { exact: true })).toHaveValue("weekly export");
  await rename.getByRole("button", { name: "Save name" }).click();
  await expect(row(page, "weekly export")).toBeVisible();
});

test("a toast stays usable while dialogs open and close", async ({ page, workspace, signIn, apiKey }) => {
  await apiKey();
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  await page.getByRole("button", { name: "Actions for blog ingest" }).click();
  await page.getByRole("menuitem", { name: "Disable" }).click();
  const toasts = page.getByRole("region", { name: "Notifications" });
  const undo = toasts.getByRole("button", { name: "Undo" });
  // It stays while hovered.
  await undo.hover();
  const create = page.getByRole("button", { name: "Create API key" }).first();
  const dialog = page.getByRole("dialog", { name: "Create API key" });
  await create.press("Enter");
  await expect(dialog).toBeVisible();
  await undo.hover();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await undo.hover();
  await create.press("Enter");
  await expect(dialog).toBeVisible();
  await undo.click();
  await expect(toasts.getByText("blog ingest is enabled.")).toBeVisible();
  await expect(dialog, "pressing it doesn't count as a press outside").toBeVisible();
});

test("a list of suggestions isn't clipped by its dialog", async ({ page, workspace, signIn }) => {
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  await page.getByRole("button", { name: "Create API key" }).first().click();
  const dialog = page.getByRole("dialog", { name: "Create API key" });
  const environment = dialog.getByRole("combobox", { name: "Environment" });
  const scrollable = () =>
    dialog.evaluate(
      (element) =>
        [...element.querySelectorAll("div")].filter(
          (part) => getComputedStyle(part).overflowY === "auto" && part.scrollHeight > part.clientHeight + 1,
        ).length,
    );
  const before = await scrollable();
  await environment.click();
  const suggestions = dialog.getByRole("listbox", { name: "Suggestions" });
  await expect(suggestions).toBeInViewport({ ratio: 1 });
  expect(await scrollable()).toBe(before);
  const field = await environment.boundingBox();
  await environment.press("ArrowDown");
  await environment.press("Enter");
  await expect(suggestions).toBeHidden();
  await environment.click();
  expect((await suggestions.boundingBox())?.width).toBe(field?.width);
  await page.keyboard.press("Escape");
  await expect(suggestions).toBeHidden();
  await expect(dialog).toBeVisible();
});

test("a menu whose script can't be loaded says so, and opens when pressed again", async ({
  page,
  workspace,
  signIn,
  expectedErrors,
}) => {
  expectedErrors.push(/ERR_FAILED/);
  const chunks = path.join(import.meta.dirname, "..", ".next", "static", "chunks");
  const scripts = readdirSync(chunks).filter((name) => name.endsWith(".js"));
  const panels = scripts.filter((name) =>
    readFileSync(path.join(chunks, name), "utf8").includes("menuitemradio"),
  );
  expect(panels).toHaveLength(1);
  const script = `**/${panels[0]}`;
  await page.route(script, (route) => route.abort());
  await signIn();
  await page.goto(`/${workspace.slug}/settings/profile`);
  const button = page.getByRole("button", { name: "Account menu" });
  await button.click();
  await expect(page.getByText("Couldn’t load this part of the page.")).toBeVisible();
  await expect(button).toHaveAttribute("aria-expanded", "false");
  await page.unroute(script);
  await button.click();
  await expect(page.getByRole("menuitem", { name: "Account settings" })).toBeFocused();
});
