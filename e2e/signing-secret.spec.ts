import { choose, test } from "./event-receiver-fixture";
import { expect } from "./fixtures";
import { keptInBrowser } from "./kept-in-browser";

test("S27 the signing secret is in no response and no cache, and gone when its dialog closes", async ({
  page,
  workspace,
  signIn,
  receiver,
}) => {
  await signIn();
  const exchanges: { what: string; sent: string; answer: Promise<string> }[] = [];
  page.on("response", (response) => {
    const request = response.request();
    exchanges.push({
      what: `${request.method()} ${new URL(request.url()).pathname.split("/").slice(-1)}`,
      sent: request.url() + JSON.stringify(request.headers()),
      answer: response.text().catch(() => ""),
    });
  });
  await page.goto(`/${workspace.slug}/settings/api/event-subscriptions`);
  const url = `${receiver.origin}/hooks`;
  await page.getByRole("button", { name: "Create subscription" }).click();
  const create = page.getByRole("dialog", { name: "Create event subscription" });
  await create.getByLabel("Endpoint URL").fill(url);
  await create.getByRole("checkbox", { name: "Members" }).check();
  const secrets = [await create.getByLabel("Signing secret", { exact: true }).inputValue()];
  await create.getByRole("button", { name: "Send a test event" }).click();
  await expect(create.getByRole("status").filter({ hasText: "Delivered" })).toBeVisible();
  await create.getByRole("button", { name: "Create", exact: true }).click();
  const saved = page.getByRole("dialog", { name: "Save the signing secret" });
  await expect(saved).toBeVisible();
  const whileShown = await keptInBrowser(page);
  await saved.getByRole("button", { name: "Done" }).click();

  await choose(page, url, "Change secret");
  const change = page.getByRole("dialog", { name: "Change the signing secret" });
  secrets.push(await change.getByLabel("Signing secret", { exact: true }).inputValue());
  await change.getByRole("button", { name: "Change secret" }).click();
  await expect(saved).toBeVisible();
  await saved.getByRole("button", { name: "Done" }).click();
  await expect(saved).toBeHidden();

  const left = whileShown + (await keptInBrowser(page)) + (await page.content());
  const answers = (await Promise.all(exchanges.map(({ answer }) => answer))).join();
  const sent = exchanges.map((exchange) => exchange.sent).join();
  expect(exchanges.map(({ what }) => what)).toEqual(
    expect.arrayContaining(["POST test", "POST event-subscriptions"]),
  );
  for (const secret of secrets)
    for (const form of [secret, Buffer.from(secret).toString("base64")])
      for (const place of [left, answers, sent]) expect(place).not.toContain(form);
});
