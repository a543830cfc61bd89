import { Webhook } from "standardwebhooks";
import type { EventReceiver } from "@/tests/peers/event-receiver";
import { choose, test } from "./event-receiver-fixture";
import { expect, inDatabase, row, type TestWorkspace } from "./fixtures";
import { expectNoViolationsInBothThemes } from "./violations";

/** Creates a subscription over HTTP. */
async function subscribe(workspace: TestWorkspace, input: object): Promise<{ id: string }> {
  const answer = await workspace.console.post(`/api/workspaces/${workspace.slug}/event-subscriptions`, {
    data: { eventTypes: ["api_key.*"], signingSecret: "a secret of the receiver", ...input },
  });
  expect(answer.status(), await answer.text()).toBe(201);
  return answer.json();
}

/** The bodies of the events that have arrived at a path. */
function bodiesAt(receiver: EventReceiver, path: string): { type: string }[] {
  return receiver.received.filter((event) => event.path === path).map(({ body }) => JSON.parse(body));
}

test("a subscription is tried, created, paused, resumed, given another secret, and deleted", async ({
  page,
  workspace,
  signIn,
  apiKey,
  receiver,
  expectedErrors,
}) => {
  expectedErrors.push(/status of 400/);
  const url = `${receiver.origin}/hooks`;
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  await page.getByRole("link", { name: "Event subscriptions" }).click();
  await expect(page.getByText("No event subscriptions yet")).toBeVisible();
  await page.getByRole("button", { name: "Create subscription" }).click();

  const create = page.getByRole("dialog", { name: "Create event subscription" });
  await create.getByRole("button", { name: "Create", exact: true }).click();
  await expect(create.getByText("Choose at least one event type.")).toBeVisible();
  await expect(create.getByLabel("Endpoint URL")).toBeFocused();
  await create.getByLabel("Endpoint URL").fill("https://10.0.0.1/");
  await create.getByRole("button", { name: "Send a test event" }).click();
  await expect(create.getByText("isn’t public")).toBeVisible();

  receiver.answer(() => ({ status: 500, body: "no database" }));
  await create.getByLabel("Endpoint URL").fill(url);
  await create.getByRole("button", { name: "Send a test event" }).click();
  await expect(create.getByRole("status").filter({ hasText: "It answered 500." })).toBeVisible();
  await expect(create.getByLabel("answer", { exact: true })).toHaveText("no database");
  receiver.answer(() => ({ status: 204 }));
  await create.getByRole("button", { name: "Send a test event" }).click();
  await expect(create.getByRole("status").filter({ hasText: "Delivered" })).toBeVisible();
  expect(bodiesAt(receiver, "/hooks").map(({ type }) => type)).toEqual(
    Array(2).fill("event_subscription.test"),
  );

  const types = create.getByRole("group", { name: "Event types" });
  await types.getByRole("button", { name: /Choose types of API keys/ }).click();
  await types.getByRole("button", { name: "Example of api_key.created" }).click();
  await expect(types.getByLabel("example of api_key.created", { exact: true })).toContainText(
    "permissionLevel",
  );
  await types.getByRole("checkbox", { name: "API keys" }).check();
  await expect(types.getByRole("checkbox", { name: "api_key.revoked" })).toBeChecked();
  await create.getByLabel("Your own event types").fill("invoice.paid");
  const secret = await create.getByLabel("Signing secret", { exact: true }).inputValue();
  await create.getByRole("button", { name: "Create", exact: true }).click();

  const saved = page.getByRole("dialog", { name: "Save the signing secret" });
  await expect(saved.getByLabel("Signing secret")).toHaveValue(secret);
  const standard = await saved.getByLabel("For Standard Webhooks libraries").inputValue();
  await page.keyboard.press("Escape");
  await page.goBack();
  await expect(saved.getByText("Save the secret first")).toBeVisible();
  await saved.getByRole("button", { name: "Done" }).click();
  await expect(saved).toBeHidden();
  await expect(row(page, url)).toContainText("api_key.*, invoice.paid");
  await expect(row(page, url)).toContainText("Active");

  await apiKey({ name: "first" });
  await expect.poll(() => bodiesAt(receiver, "/hooks").at(-1)?.type).toBe("api_key.created");
  const delivered = receiver.received.at(-1);
  new Webhook(standard).verify(delivered?.body ?? "", delivered?.headers as Record<string, string>);

  await choose(page, url, "Pause");
  await expect(row(page, url)).toContainText("Paused since just now");
  await apiKey({ name: "second" });
  await choose(page, url, "Resume");
  const resume = page.getByRole("dialog", { name: "Resume this subscription?" });
  await expect(resume.getByText("1 event waiting")).toBeVisible();
  await expect(resume.getByRole("radio", { name: "Send what was missed" })).toBeChecked();
  await resume.getByRole("button", { name: "Resume" }).click();
  await expect(row(page, url)).toContainText("Active");
  await expect.poll(() => receiver.received.at(-1)?.body).toContain("second");

  await choose(page, url, "Change secret");
  const change = page.getByRole("dialog", { name: "Change the signing secret" });
  const next = await change.getByLabel("Signing secret", { exact: true }).inputValue();
  expect(next).not.toBe(secret);
  await change.getByRole("button", { name: "Change secret" }).click();
  await expect(saved.getByText("Requests are signed with both secrets until")).toBeVisible();
  const nextStandard = await saved.getByLabel("For Standard Webhooks libraries").inputValue();
  await saved.getByRole("button", { name: "Done" }).click();
  await apiKey({ name: "third" });
  await expect.poll(() => receiver.received.at(-1)?.body).toContain("third");
  const both = receiver.received.at(-1);
  for (const one of [standard, nextStandard])
    new Webhook(one).verify(both?.body ?? "", both?.headers as Record<string, string>);

  await choose(page, url, "Edit");
  const edit = page.getByRole("dialog", { name: "Edit event subscription" });
  await edit.getByRole("checkbox", { name: "Members" }).check();
  await edit.getByText("Advanced").click();
  await edit.getByLabel("Environments").fill("production");
  await edit.getByLabel("Keys", { exact: true }).fill("sec");
  await page.getByRole("option", { name: /^second \(/ }).click();
  await expect(edit.getByRole("list", { name: "Chosen keys" })).toHaveText("second");
  await edit.getByRole("button", { name: "Save changes" }).click();
  await expect(row(page, url)).toContainText("api_key.*, member.*, invoice.paid");
  await expect(row(page, url)).toContainText("filtered");

  await choose(page, url, "Delete");
  const confirm = page.getByRole("dialog", { name: "Delete this subscription?" });
  await expect(confirm.getByText("The endpoint gets no more events.")).toBeVisible();
  await confirm.getByRole("button", { name: "Delete" }).click();
  await expect(page.getByText("No event subscriptions yet")).toBeVisible();
  await expect(page.getByRole("button", { name: "Create subscription" })).toBeFocused();

  await page.getByRole("link", { name: "Audit log" }).click();
  for (const words of ["created", "paused", "resumed", "changed the signing secret of", "deleted"])
    await expect(
      page
        .getByRole("row")
        .filter({ hasText: `${words} the event subscription` })
        .first(),
    ).toBeVisible();
});

test("a failing endpoint is shown with its error, and one that was paused for it with the reason", async ({
  page,
  workspace,
  signIn,
  apiKey,
  receiver,
}) => {
  receiver.answer(() => ({ status: 503 }));
  const url = `${receiver.origin}/broken`;
  const { id } = await subscribe(workspace, { endpointUrl: url });
  await apiKey();
  await expect.poll(() => receiver.received.length).toBeGreaterThan(0);
  await signIn();
  const list = `/${workspace.slug}/settings/api/event-subscriptions`;
  await expect(async () => {
    await page.goto(list);
    await expect(row(page, url)).toContainText(/Failing since .*It answered 503\./, { timeout: 1000 });
  }).toPass();
  await expect(
    row(page, url).getByRole("img", { name: /^Last 24 hours: 0 delivered, \d+ failed/ }),
  ).toBeVisible();
  await expect(row(page, url)).toContainText("0%");

  await inDatabase(
    `UPDATE event_subscriptions SET status = 'paused', paused_at = now(), paused_because = 'failing' WHERE id = $1`,
    [id],
  );
  await page.reload();
  await expect(row(page, url)).toContainText("Its endpoint failed for 24 hours.");
  await expect(row(page, url)).toContainText("1 event waiting.");
  receiver.answer(() => ({ status: 204 }));
  await choose(page, url, "Resume");
  const resume = page.getByRole("dialog", { name: "Resume this subscription?" });
  await expect(resume.getByText("It was paused automatically")).toBeVisible();
  await resume.getByRole("radio", { name: "Skip what was missed" }).check();
  const before = receiver.received.length;
  await resume.getByRole("button", { name: "Resume" }).click();
  await expect(row(page, url)).toContainText("Active");
  await apiKey({ name: "after" });
  await expect.poll(() => receiver.received.length).toBe(before + 1);
  expect(receiver.received.at(-1)?.body).toContain("after");
});

test("a member doesn't see the page, and is told who can help", async ({ page, workspace, signIn }) => {
  await inDatabase(
    `UPDATE members SET role = 'member' FROM workspaces w, users u
     WHERE w.id = workspace_id AND u.id = user_id AND w.slug = $1 AND u.email = $2`,
    [workspace.slug, workspace.owner.email],
  );
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/event-subscriptions`);
  await expect(page.getByText("Only admins can manage event subscriptions.")).toBeVisible();
  await expect(page.getByRole("link", { name: "Event subscriptions" })).toHaveCount(0);
});

for (const width of [1280, 360]) {
  test(`axe finds nothing on the list and the dialogs at ${width} px`, async ({
    page,
    workspace,
    signIn,
    receiver,
  }) => {
    const url = `${receiver.origin}/hooks`;
    const { id } = await subscribe(workspace, {
      endpointUrl: url,
      filters: { environments: ["production"] },
    });
    await inDatabase(
      `INSERT INTO events.hourly_attempts (subscription_id, hour, delivered, retried, failed, latency_ms)
       SELECT $1, date_trunc('hour', clock_timestamp()) - make_interval(hours => ago), ago, ago % 3, ago % 5, 900
       FROM generate_series(0, 23) AS ago`,
      [id],
    );
    await page.setViewportSize({ width, height: 900 });
    await signIn();
    await page.goto(`/${workspace.slug}/settings/api/event-subscriptions`);
    await expect(row(page, url)).toBeVisible();
    await expectNoViolationsInBothThemes(page, "the list");

    await page.getByRole("button", { name: "Create subscription" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: /Choose types of API keys/ }).click();
    await dialog.getByRole("button", { name: "Example of api_key.created" }).click();
    await dialog.getByText("Advanced").click();
    await dialog.getByRole("button", { name: "Create", exact: true }).click();
    await expectNoViolationsInBothThemes(page, "creating");
    // Its header stays in place, and nothing in it is wider than it.
    await expect(dialog.getByRole("heading", { name: "Create event subscription" })).toBeInViewport();
    expect(await dialog.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
    await page.keyboard.press("Escape");
    for (const action of ["Change secret", "Edit", "Delete"]) {
      await choose(page, url, action);
      await expectNoViolationsInBothThemes(page, action);
      await page.keyboard.press("Escape");
    }
  });
}
