import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { callWithKey, expect, inDatabase, origin, password, row, test } from "./fixtures";

test("the whole main job: sign up, switch API access on, make a key, use it, see it arrive, revoke it", async ({
  page,
  context,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin });
  const unique = randomBytes(5).toString("hex");
  await page.goto("/sign-up");
  await page.getByLabel("Name", { exact: true }).fill("Grace Hopper");
  await page.getByLabel("Email").fill(`grace-${unique}@example.test`);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByLabel("Workspace name").fill(`Navy ${unique}`);
  await page.getByRole("button", { name: "Create account" }).click();

  await page.getByRole("switch", { name: "API access" }).click();
  await page.getByRole("link", { name: "API", exact: true }).click();
  await expect(page.getByRole("heading", { name: "API keys", level: 1 })).toBeVisible();
  await page.getByRole("button", { name: "Create API key" }).click();

  const form = page.getByRole("dialog", { name: "Create API key" });
  await form.getByLabel("Name", { exact: true }).fill("blog ingest");
  await expect(
    form.getByRole("radiogroup", { name: "Permission" }).getByRole("radio", { name: "Read-only" }),
  ).toBeChecked();
  await form.getByRole("radio", { name: "Read & write" }).check();
  await expect(form.getByRole("combobox", { name: "Expiration" })).toHaveText("90 days");
  await form.getByRole("combobox", { name: "Expiration" }).click();
  await page.getByRole("option", { name: "30 days" }).click();
  await expect(form.getByRole("combobox", { name: "Environment" })).toHaveValue("production");
  await expect(form.getByRole("checkbox", { name: "Allow this key to manage API keys" })).not.toBeChecked();
  await form.getByRole("button", { name: "Create key" }).click();

  const dialog = page.getByRole("dialog", { name: "Save your API key" });
  const field = dialog.getByRole("textbox", { name: "API key" });
  const secret = await field.inputValue();
  expect(secret).toMatch(/^kw_sk_[A-Za-z0-9]{38}$/);
  await expect(field).toHaveAttribute("readonly");
  await expect(dialog.getByText("Waiting for the first request…")).toBeVisible();
  await dialog.getByRole("button", { name: "Copy", exact: true }).first().click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(secret);
  const forms: Record<string, string>[] = [
    { "x-api-key": secret },
    { authorization: `Bearer ${secret}` },
    { authorization: `api-key ${secret}` },
  ];
  for (const headers of forms) {
    expect(await callWithKey(secret, headers)).toEqual({ status: 200, code: null });
  }
  await expect(dialog.getByText(/First request received from 127\.0\.0\.1/)).toBeVisible();
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(dialog).toBeHidden();

  const made = row(page, "blog ingest");
  await expect(made).toContainText("Active");
  await expect(made).toContainText(`${secret.slice(0, 10)}…${secret.slice(-4)}`);
  expect(await page.content()).not.toContain(secret.slice(10, -4));

  await page.getByRole("button", { name: "Actions for blog ingest" }).click();
  await page.getByRole("menuitem", { name: "Revoke" }).click();
  const question = page.getByRole("dialog", { name: "Revoke blog ingest?" });
  await expect(question).toContainText("1 caller used this key in the last hour.");
  await question.getByLabel("Type the name to confirm").fill("blog ingest");
  await question.getByRole("button", { name: "Revoke key" }).click();
  await expect(page.getByText(/Rejected everywhere in \d+ ms, on 1 of 1 instances\./)).toBeVisible();
  expect(await callWithKey(secret)).toEqual({ status: 401, code: "revoked_key" });
  await expect(row(page, "blog ingest")).toContainText("Revoked");
});

async function createKey(page: Page, slug: string): Promise<string> {
  await page.goto(`/${slug}/settings/api/keys`);
  await page.getByRole("button", { name: "Create API key" }).click();
  await page
    .getByRole("dialog", { name: "Create API key" })
    .getByLabel("Name", { exact: true })
    .fill("canary");
  await page.getByRole("button", { name: "Create key" }).click();
  return page.getByRole("textbox", { name: "API key" }).inputValue();
}

test("S27 the secret is in one answer and one dialog, and leaves the page with it", async ({
  page,
  workspace,
  signIn,
}) => {
  await signIn();
  const requests: { url: string; body: string; headers: string; answer: Promise<string> }[] = [];
  page.on("response", (response) => {
    const request = response.request();
    const answer = response.text().catch(() => "");
    requests.push({
      url: request.url(),
      body: request.postData() ?? "",
      headers: JSON.stringify(request.headers()),
      answer,
    });
  });
  const secret = await createKey(page, workspace.slug);
  const canary = secret.slice(10, -4);
  await expect(page.getByText("Waiting for the first request…")).toBeVisible();
  expect(
    await keptInBrowser(page),
    "no storage, history or query cache has it while it is shown",
  ).not.toContain(canary);
  await page.getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("dialog")).toBeHidden();
  expect(await page.content()).not.toContain(canary);
  expect(await keptInBrowser(page)).not.toContain(canary);
  await row(page, "canary").getByRole("link", { name: "canary" }).click();
  await expect(page.getByRole("heading", { name: "canary", level: 1 })).toBeVisible();
  await page.reload();
  expect(await page.content()).not.toContain(canary);

  const answers = await Promise.all(
    requests.map(async ({ answer, url }) => ((await answer).includes(canary) ? url : null)),
  );
  expect(answers.filter(Boolean)).toEqual([`${origin}/api/workspaces/${workspace.slug}/api-keys`]);
  for (const { url, body, headers } of requests) expect(url + body + headers).not.toContain(canary);
});

/** What outlives a component: storage, addresses, the page's data, and React Query's two caches. */
async function keptInBrowser(page: Page): Promise<string> {
  const stores = await page.evaluate(async () => {
    const cached = await Promise.all(
      (await caches.keys()).map(async (name) =>
        (await (await caches.open(name)).keys()).map(({ url }) => url),
      ),
    );
    const data = (window as { __next_f?: unknown }).__next_f ?? null;
    const kept = [localStorage, sessionStorage, history.state, await indexedDB.databases(), cached, data];
    return [...kept.map((one) => JSON.stringify(one)), location.href, document.cookie].join("\n");
  });
  const queries = await page.evaluate(readQueryCaches);
  expect(queries, "the caches were found").toContain("api-keys");
  return stores + queries;
}

/** React keeps its tree at the elements; the client of React Query is a prop of its provider. */
function readQueryCaches(): string {
  type Client = Record<
    "getQueryCache" | "getMutationCache",
    () => { getAll(): { queryKey?: unknown; state: unknown }[] }
  >;
  type Fiber = { child: Fiber | null; sibling: Fiber | null; memoizedProps: { client?: Client } | null };
  const containerKey = Object.keys(document).find((key) => key.startsWith("__reactContainer"));
  const waiting = [(document as unknown as Record<string, Fiber | null>)[containerKey ?? ""] ?? null];
  while (waiting.length > 0) {
    const fiber = waiting.pop();
    if (!fiber) continue;
    const client = fiber.memoizedProps?.client;
    if (client?.getQueryCache) {
      const all = [...client.getQueryCache().getAll(), ...client.getMutationCache().getAll()];
      return JSON.stringify(all.map(({ queryKey, state }) => ({ queryKey, state })));
    }
    waiting.push(fiber.sibling, fiber.child);
  }
  return "";
}

test("the secret's dialog is closed by Done alone, and leaving warns", async ({
  page,
  workspace,
  signIn,
}) => {
  await signIn();
  const secret = await createKey(page, workspace.slug);
  const dialog = page.getByRole("dialog", { name: "Save your API key" });
  await expect(dialog.getByRole("textbox", { name: "API key" })).toBeFocused();
  await page.keyboard.press("Escape");
  await page.mouse.click(5, 5);
  await page.goBack();
  await expect(dialog).toBeVisible();
  await expect(dialog).toContainText("Save the key first");

  for (const language of ["curl", "Python", "JavaScript"]) {
    await dialog.getByRole("tab", { name: language }).click();
    await expect(dialog.getByRole("tabpanel", { name: language })).toContainText(secret);
  }
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    dialog.getByRole("button", { name: "Download .env" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("canary.env");
  expect(await readFile(await download.path(), "utf8")).toBe(`# canary\nKEYWARD_API_KEY=${secret}\n`);

  const warnings: string[] = [];
  page.on("dialog", (warning) => {
    warnings.push(warning.type());
    void warning.dismiss();
  });
  await page.reload({ timeout: 3000 }).catch(() => {});
  expect(warnings).toEqual(["beforeunload"]);
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("button", { name: "Create API key" })).toBeFocused();
});

test("what is wrong with a new key stands at its field", async ({
  page,
  workspace,
  signIn,
  expectedErrors,
}) => {
  expectedErrors.push(/status of 400/);
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  await page.getByRole("button", { name: "Create API key" }).click();
  const form = page.getByRole("dialog", { name: "Create API key" });
  await form.getByRole("button", { name: "Create key" }).click();
  await expect(form.getByLabel("Name", { exact: true })).toBeFocused();
  await expect(form.getByLabel("Name", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await form.getByLabel("Name", { exact: true }).fill("a name");
  await form.getByRole("combobox", { name: "Environment" }).fill("Not this");
  await form.getByRole("button", { name: "Create key" }).click();
  await expect(form.getByRole("combobox", { name: "Environment" })).toBeFocused();
  await expect(form.getByLabel("Name", { exact: true })).toHaveValue("a name");
});

test("S18 after a while making a key asks who one is, and then goes on by itself", async ({
  page,
  workspace,
  signIn,
  expectedErrors,
}) => {
  expectedErrors.push(/status of 40[13]/);
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  await inDatabase(
    "UPDATE sessions SET authenticated_at = now() - interval '1 hour' WHERE user_id = (SELECT id FROM users WHERE email = $1)",
    [workspace.owner.email],
  );
  await page.getByRole("button", { name: "Create API key" }).click();
  await page.getByRole("dialog", { name: "Create API key" }).getByLabel("Name", { exact: true }).fill("late");
  await page.getByRole("button", { name: "Create key" }).click();
  const question = page.getByRole("dialog", { name: "Confirm it's you" });
  await question.getByLabel("Password", { exact: true }).fill("not the right password");
  await question.getByRole("button", { name: "Confirm" }).click();
  await expect(question.getByLabel("Password", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await question.getByLabel("Password", { exact: true }).fill(password);
  await question.getByRole("button", { name: "Confirm" }).click();
  await expect(page.getByRole("dialog", { name: "Save your API key" })).toBeVisible();
});

test("a key is renamed, disabled and enabled from its row, each at once", async ({
  page,
  workspace,
  signIn,
  apiKey,
}) => {
  const { secret } = await apiKey();
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  await page.getByRole("button", { name: "Actions for blog ingest" }).click();
  await page.getByRole("menuitem", { name: "Rename" }).click();
  await page.getByRole("dialog").getByLabel("Name", { exact: true }).fill("nightly export");
  await page.keyboard.press("Enter");
  await expect(row(page, "nightly export")).toBeVisible();
  await page.getByRole("button", { name: "Actions for nightly export" }).click();
  await page.getByRole("menuitem", { name: "Disable" }).click();
  await expect(row(page, "nightly export")).toContainText("Disabled");
  expect(await callWithKey(secret)).toEqual({ status: 401, code: "disabled_key" });
  await page.getByRole("button", { name: "Actions for nightly export" }).click();
  await page.getByRole("menuitem", { name: "Enable" }).click();
  await expect(row(page, "nightly export")).toContainText("Active");
  expect((await callWithKey(secret)).status).toBe(200);
});

test("revoking a key in use asks for its name, and offers to disable it instead", async ({
  page,
  workspace,
  signIn,
  apiKey,
}) => {
  const { secret } = await apiKey();
  await callWithKey(secret);
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  const open = async () => {
    await page.getByRole("button", { name: "Actions for blog ingest" }).click();
    await page.getByRole("menuitem", { name: "Revoke" }).click();
  };
  await open();
  const question = page.getByRole("dialog", { name: "Revoke blog ingest?" });
  await question.getByLabel("Type the name to confirm").fill("blog");
  await question.getByRole("button", { name: "Revoke key" }).click();
  await expect(question.getByLabel("Type the name to confirm")).toHaveAttribute("aria-invalid", "true");
  expect((await callWithKey(secret)).status).toBe(200);
  await question.getByRole("button", { name: "Disable instead" }).click();
  await expect(row(page, "blog ingest")).toContainText("Disabled");
  expect((await callWithKey(secret)).code).toBe("disabled_key");
});

test("a key that nobody used is revoked without typing", async ({ page, workspace, signIn, apiKey }) => {
  await apiKey();
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  await page.getByRole("button", { name: "Actions for blog ingest" }).click();
  await page.getByRole("menuitem", { name: "Revoke" }).click();
  await expect(page.getByLabel("Type the name to confirm")).toBeHidden();
  await page.getByRole("button", { name: "Revoke key" }).click();
  await expect(page.getByText(/Rejected everywhere in/)).toBeVisible();
});

test("the list has its columns, is filtered by status, owner and words, and the filters are in the address", async ({
  page,
  workspace,
  signIn,
  apiKey,
}) => {
  await apiKey({ name: "alpha" });
  const beta = await apiKey({ name: "beta" });
  await workspace.console.post(`/api/workspaces/${workspace.slug}/api-keys/${beta.key.id}/revoke`, {
    data: {},
  });
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  const table = page.getByRole("table", { name: "API keys" });
  for (const name of ["Name", "Key", "Owner", "Permission", "Last used", "Expires", "Status"]) {
    await expect(table.getByRole("columnheader", { name, exact: true })).toBeVisible();
  }
  await page.getByRole("combobox", { name: "Status" }).click();
  await page.getByRole("option", { name: "Revoked" }).click();
  await expect(page).toHaveURL(/status=revoked/);
  await expect(row(page, "alpha")).toBeHidden();
  await expect(row(page, "beta")).toBeVisible();
  await page.reload();
  await expect(row(page, "beta")).toBeVisible();
  await expect(row(page, "alpha")).toBeHidden();
  await page.getByRole("button", { name: "Clear filters" }).click();
  await page.getByRole("searchbox", { name: "Search API keys" }).fill("ALP");
  await expect(row(page, "beta")).toBeHidden();
  await expect(row(page, "alpha")).toBeVisible();
  await page.getByRole("searchbox", { name: "Search API keys" }).fill("nothing like it");
  await expect(page.getByText("No key matches these filters.")).toBeVisible();
});

test("a key's page shows who calls with it", async ({ page, workspace, signIn, apiKey }) => {
  const { key, secret } = await apiKey();
  await callWithKey(secret);
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  await row(page, "blog ingest").getByRole("link", { name: "blog ingest" }).click();
  await expect(page).toHaveURL(`${origin}/${workspace.slug}/settings/api/keys/${key.id}`);
  await expect(page.getByRole("main")).toContainText("127.0.0.1");
  await expect(page.getByRole("main")).toContainText("nightly-export");
});
