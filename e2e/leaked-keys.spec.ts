import { expect, test } from "./fixtures";
import { findViolations } from "./violations";

test("anyone can report a key that they found, and gets the same answer whatever was known", async ({
  page,
  apiKey,
}) => {
  const { secret, key } = await apiKey({ name: "leaky" });
  await page.goto("/docs");
  await page.getByRole("navigation").getByRole("link", { name: "Leaked keys" }).click();
  await expect(page.getByRole("heading", { name: "I found this key", level: 1 })).toBeVisible();
  const field = page.getByRole("textbox", { name: "API key" });
  const send = page.getByRole("button", { name: "Report key", exact: true });

  await send.click();
  await expect(page.getByText("Paste the key that you found.")).toBeVisible();
  await expect(field).toBeFocused();

  const thanks = page.getByRole("heading", { name: "Thank you for the report" });
  const answers: (string | null)[] = [];
  for (const text of ["not a key", `API_KEY="${secret}"`, secret]) {
    await field.fill(text);
    await send.click();
    await expect(thanks).toBeFocused();
    answers.push(await page.getByRole("main").textContent());
    expect(page.url(), "the key is in no URL").toMatch(/\/docs\/leaks$/);
    await page.getByRole("button", { name: "Report another key" }).click();
    await expect(field).toHaveValue("");
  }
  expect(new Set(answers).size).toBe(1);
  expect(key.name).toBe("leaky");
  await expect(async () => {
    const me = await page.request.get("/api/public/v1/me", { headers: { "x-api-key": secret } });
    expect((await me.json()).error.code).toBe("revoked_key");
  }).toPass();
});

test("axe finds nothing after a report, nor in an error", async ({ page, expectedErrors }) => {
  expectedErrors.push(/status of 429/);
  await page.setViewportSize({ width: 360, height: 800 });
  await page.goto("/docs/leaks");
  await page.route("**/credentials/revoke", (route) =>
    route.fulfill({
      status: 429,
      json: { error: { code: "rate_limit_exceeded", message: "Too many reports came from this address." } },
    }),
  );
  await page.getByRole("textbox", { name: "API key" }).fill("a-key");
  await page.getByRole("button", { name: "Report key", exact: true }).click();
  await expect(page.getByRole("main").getByRole("alert")).toHaveText(
    "Too many reports came from this address.",
  );
  expect(await findViolations(page)).toEqual([]);
  await expect(page.getByRole("textbox", { name: "API key" }), "what was pasted is kept").toHaveValue(
    "a-key",
  );
  await page.unroute("**/credentials/revoke");
  await page.getByRole("button", { name: "Report key", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Thank you for the report" })).toBeFocused();
  expect(await findViolations(page)).toEqual([]);
});
