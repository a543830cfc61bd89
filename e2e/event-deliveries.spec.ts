import type { Page } from "@playwright/test";
import { type EventReceiver, startEventReceiver } from "../tests/peers/event-receiver";
import { expect, inDatabase, type TestWorkspace, test } from "./fixtures";
import { expectNoViolations } from "./violations";

let receiver: EventReceiver;
test.beforeEach(async () => {
  receiver = await startEventReceiver();
});
test.afterEach(() => receiver.close());

/** @returns The path of the subscription's page. */
async function subscribe({ console, slug }: TestWorkspace): Promise<{ id: string; path: string }> {
  const answer = await console.post(`/api/workspaces/${slug}/event-subscriptions`, {
    data: {
      endpointUrl: `${receiver.origin}/hooks`,
      eventTypes: ["api_key.*"],
      signingSecret: "a secret of the receiver",
    },
  });
  const { id } = await answer.json();
  return { id, path: `/${slug}/settings/api/event-subscriptions/${id}` };
}

const deliveries = (page: Page) => page.getByRole("table", { name: "Deliveries" });
const rowOf = (page: Page, type: string) => deliveries(page).getByRole("row").filter({ hasText: type });

test("a delivery appears as it happens, fails while the endpoint is broken, and is sent again", async ({
  page,
  workspace,
  signIn,
  apiKey,
}) => {
  const { path } = await subscribe(workspace);
  await signIn();
  await page.goto(path);
  await expect(page.getByRole("heading", { name: `${receiver.origin}/hooks` })).toBeVisible();
  await expect(page.getByText("Nothing has been sent yet.")).toBeVisible();
  await expectNoViolations(page);

  const { key } = await apiKey({ name: "night job" });
  await expect(rowOf(page, "api_key.created")).toContainText("Delivered");
  await expect(rowOf(page, "api_key.created")).toContainText("204");

  receiver.answer(() => ({ status: 500, body: "<script>document.title = 'broken'</script>" }));
  await workspace.console.post(`/api/workspaces/${workspace.slug}/api-keys/${key.id}/revoke`, { data: {} });
  await expect(rowOf(page, "api_key.revoked")).toContainText("It answered 500.");
  await rowOf(page, "api_key.revoked")
    .getByRole("button", { name: /^Details of api_key.revoked/ })
    .click();

  const sheet = page.getByRole("dialog", { name: "api_key.revoked" });
  const attempts = sheet.getByRole("list", { name: "Attempts" });
  await expect(attempts.getByRole("listitem").first()).toContainText("It answered 500.");
  await expect(page).toHaveURL(/[?&]delivery=dlv_/);
  await expect(sheet.getByRole("group", { name: "answer" })).toHaveText(
    "<script>document.title = 'broken'</script>",
  );
  expect(await page.title()).not.toBe("broken");
  await expectNoViolations(page);

  // What is shown is what was sent: the signature of the latest attempt, and the exact bytes behind Copy.
  const sent = receiver.received.filter(({ body }) => body.includes("api_key.revoked"));
  const signatures = sent.map(({ headers }) => String(headers["x-keyward-signature"]));
  const headers = await sheet.getByRole("group", { name: "headers" }).textContent();
  expect(signatures.some((signature) => headers?.includes(signature))).toBe(true);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await sheet.getByRole("button", { name: "Copy body" }).click();
  await expect(sheet.getByRole("button", { name: "Copied" })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(sent[0]?.body);

  receiver.answer(() => ({ status: 204 }));
  await sheet.getByRole("button", { name: "Send again" }).click();
  await expect(attempts.getByRole("listitem").first()).toContainText("It answered 204.");
  await expect(sheet.getByText(/^Delivered after \d+ attempts$/)).toBeVisible();
  await page.reload();
  await expect(page.getByRole("dialog", { name: "api_key.revoked" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page).not.toHaveURL(/delivery=/);
  await expect(rowOf(page, "api_key.revoked")).toContainText(/Delivered after \d+ attempts/);
});

test("a replay says first how many events it sends", async ({ page, workspace, signIn, apiKey }) => {
  const { path } = await subscribe(workspace);
  for (const name of ["one", "two", "three"]) await apiKey({ name });
  await expect.poll(() => receiver.received.length).toBe(3);
  await signIn();
  await page.goto(path);
  await page.getByRole("button", { name: "Replay" }).click();
  const dialog = page.getByRole("dialog", { name: "Replay" });
  await expect(dialog.getByRole("status").filter({ hasText: "This sends" })).toHaveText(
    "This sends 3 events.",
  );
  await expectNoViolations(page);

  await dialog.getByRole("combobox", { name: "Time range" }).click();
  await page.getByRole("option", { name: "Custom" }).click();
  await dialog.getByLabel("From").fill("2026-01-02T00:00");
  await dialog.getByLabel("To", { exact: true }).fill("2026-01-01T00:00");
  await expect(dialog.getByText("Choose a time after From.")).toBeVisible();
  await expect(dialog.getByRole("button", { name: "Replay" })).toBeDisabled();
  await dialog.getByRole("combobox", { name: "Time range" }).click();
  await page.getByRole("option", { name: "Last hour" }).click();

  await dialog.getByRole("button", { name: "Replay" }).click();
  const finished = page.getByRole("dialog", { name: "Replay finished" });
  await expect(finished).toContainText("All 3 events have been sent.");
  expect(receiver.received).toHaveLength(6);
  const bodies = receiver.received.map(({ body }) => body);
  expect(bodies.slice(3).sort()).toEqual(bodies.slice(0, 3).sort());
  await finished.getByRole("button", { name: "Close" }).last().click();
  await expect(rowOf(page, "api_key.created")).toHaveCount(6);
});

test("rows stay where they are under the pointer, and filters are in the URL", async ({
  page,
  workspace,
  signIn,
  apiKey,
  expectedErrors,
}) => {
  const { id, path } = await subscribe(workspace);
  await apiKey({ name: "one" });
  await signIn();
  await page.goto(path);
  await page.getByRole("button", { name: "Send a test event" }).click();
  const sheet = page.getByRole("dialog", { name: "event_subscription.test" });
  await expect(sheet.getByText("It answered 204.")).toBeVisible();
  await page.keyboard.press("Escape");
  await page.getByRole("tab", { name: "Deliveries" }).hover();
  await page.getByRole("button", { name: "Send a test event" }).focus();
  await expect(rowOf(page, "event_subscription.test")).toContainText("Delivered");

  await rowOf(page, "event_subscription.test").hover();
  await apiKey({ name: "two" });
  await expect(page.getByText("1 new delivery")).toBeVisible();
  await expect(rowOf(page, "api_key.created")).toHaveCount(1);
  await page.getByRole("button", { name: "Show it" }).click();
  await expect(rowOf(page, "api_key.created")).toHaveCount(2);

  await page.getByRole("combobox", { name: "Type" }).click();
  await page.getByRole("option", { name: "event_subscription.test" }).click();
  await expect(page).toHaveURL(/type=event_subscription.test/);
  await expect(rowOf(page, "api_key.created")).toHaveCount(0);
  await page.getByRole("combobox", { name: "Status" }).click();
  await page.getByRole("option", { name: "Failed" }).click();
  await expect(page.getByText("No deliveries match these filters.")).toBeVisible();
  await expectNoViolations(page);
  await page.getByRole("button", { name: "Clear filters" }).last().click();
  await expect(rowOf(page, "api_key.created")).toHaveCount(2);

  expectedErrors.push(/ERR_INTERNET_DISCONNECTED/);
  await page.context().setOffline(true);
  await expect(page.getByText("Can’t reach the server, so what is shown may be out of date.")).toBeVisible();
  await page.context().setOffline(false);
  await expect(page.getByText("Live: deliveries appear here as they happen.")).toBeVisible();

  await inDatabase(
    "UPDATE event_subscriptions SET status = 'paused', paused_at = now(), paused_because = 'failing' WHERE id = $1",
    [id],
  );
  await page.reload();
  await expect(page.getByText("Nothing is sent while this subscription is paused")).toBeVisible();
  await expect(page.getByRole("button", { name: "Send a test event" })).toBeDisabled();
  await expectNoViolations(page);
});
