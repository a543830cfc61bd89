import { readFileSync } from "node:fs";
import { callWithKey, expect, origin, test, untilHydrated } from "./fixtures";

/** Sends the request that a gateway with our configuration would send. */
async function askAsGateway(secret: string, method: string): Promise<number> {
  const headers = { "x-api-key": secret, "x-forwarded-method": method, "x-forwarded-uri": "/v1/files" };
  return (await fetch(`${origin}/api/forward-auth`, { headers })).status;
}

test("the configurations contain the typed addresses, and can be downloaded", async ({
  page,
  workspace,
  signIn,
}) => {
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  const navigation = page.getByRole("navigation", { name: "Settings" });
  await navigation.getByRole("link", { name: "Protect an API", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Protect an API" })).toBeVisible();
  await expect(navigation.getByRole("link", { name: "Protect an API" })).toHaveAttribute(
    "aria-current",
    "page",
  );

  const keyward = new URL(origin).host.replace("localhost", "127.0.0.1");
  const nginx = page.getByRole("group", { name: "keyward.conf" });
  await expect(nginx).toContainText(`server ${keyward} max_fails=0;`);
  await expect(nginx).toContainText("server 127.0.0.1:4000;");
  await expect(nginx).toContainText(/deny=auth_request&workspace=ws_[0-9a-z]+;/);

  const address = page.getByRole("textbox", { name: "Address of your API" });
  await address.fill("http://10.0.0.7:9000");
  await expect(nginx).toContainText("server 10.0.0.7:9000;");
  await address.fill("http://10.0.0.7/v1");
  await expect(page.getByText("Leave out the path")).toBeVisible();
  await expect(address).toHaveAttribute("aria-invalid", "true");
  await expect(nginx).toContainText("server 10.0.0.7:9000;");
  await address.fill(origin);
  await expect(page.getByText("Keyward’s own address")).toBeVisible();
  await address.fill("https://files.acme.test");
  await expect(nginx).toContainText("proxy_ssl_name files.acme.test;");

  const instances = page.getByRole("textbox", { name: "Address of Keyward" });
  await instances.fill("http://10.0.0.1:3000, http://10.0.0.2:3000");
  await expect(nginx).toContainText(/server 10\.0\.0\.1:3000 .*\s+server 10\.0\.0\.2:3000 /);
  await instances.fill("http://10.0.0.1:3000, https://10.0.0.2");
  await expect(instances).toHaveAttribute("aria-invalid", "true");
  await instances.fill(origin);
  await expect(nginx).not.toContainText("preflight");
  await page.getByRole("checkbox", { name: "Web pages call this API" }).check();
  await expect(nginx).toContainText("/api/preflight");

  await page.getByRole("checkbox", { name: `Only ${workspace.name}'s keys` }).uncheck();
  await expect(nginx).not.toContainText("workspace=");
  await page.getByRole("checkbox", { name: `Only ${workspace.name}'s keys` }).check();

  await page.getByRole("radio", { name: "HAProxy" }).check();
  await expect(page.getByRole("group", { name: "haproxy.cfg" })).toContainText(
    "files.acme.test:443 ssl verify",
  );
  const lua = page.getByRole("group", { name: "keyward.lua" });
  await expect(lua).toContainText("/api/forward-auth?workspace=ws_");
  const downloading = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download keyward.lua" }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe("keyward.lua");
  expect(readFileSync(await download.path(), "utf8")).toBe(await lua.textContent());

  await page.getByRole("radio", { name: "Envoy" }).check();
  await expect(page.getByRole("checkbox", { name: /^Only / })).toBeDisabled();
  await expect(page.getByText("Compare X-Keyward-Workspace-Id in your API")).toBeVisible();

  await page.getByRole("radio", { name: "Express" }).check();
  await expect(page.getByRole("group", { name: "express.mjs" })).toContainText(`url: "${origin}"`);
  await expect(page.getByText("This server has no service token yet")).toBeVisible();
  await page.getByRole("radio", { name: "Express" }).press("ArrowRight");
  await expect(page.getByRole("radio", { name: "Fastify" })).toBeChecked();
  await page.getByRole("radio", { name: "curl" }).check();
  await expect(page.getByRole("group", { name: "verify.sh" })).toContainText(`${origin}/api/v1/verify`);
  await expect(address).toBeHidden();
});

test("the page waits for the first request, and shows whether it was denied or allowed", async ({
  page,
  workspace,
  signIn,
  apiKey,
}) => {
  const { secret } = await apiKey({ name: "gateway trial" });
  // Earlier requests don't count, nor do those that no gateway asked about.
  expect(await askAsGateway(secret, "GET")).toBe(200);
  await signIn();
  await page.goto(`/${workspace.slug}/settings/api/protect`);
  await untilHydrated(page);
  const line = page.getByRole("status").filter({ hasText: /request/ });
  await expect(page.getByRole("group", { name: "request" })).toContainText(
    'curl -i http://127.0.0.1:8000/v1/files -H "x-api-key: $API_KEY"',
  );
  const asked = page.waitForResponse(/access-logs\?from=/);
  expect((await callWithKey(secret)).status).toBe(200);
  await asked;
  await expect(line).toHaveText("Waiting for the first request…");

  expect(await askAsGateway(secret, "POST")).toBe(403);
  await expect(line).toContainText("First request denied with gateway trial");
  await expect(line).toContainText("insufficient_permissions");
  expect(await askAsGateway(secret, "GET")).toBe(200);
  await expect(line).toContainText("First request received with gateway trial");
  await line.getByRole("link", { name: "See it in the access log" }).click();
  await expect(page.getByRole("table", { name: "Access logs" })).toContainText("gateway trial");
});
