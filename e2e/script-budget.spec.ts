import { gzipSync } from "node:zlib";
import { expect, test } from "./fixtures";

/** What a slow phone can take: the framework alone is some 147,000 bytes of it. */
const budgetBytes = 182_500;

test("the API keys page loads no more script than its budget", async ({
  page,
  workspace,
  signIn,
  apiKey,
}) => {
  await apiKey();
  await signIn();
  const sizes: Promise<number>[] = [];
  page.on("response", (answer) => {
    if (answer.request().resourceType() !== "script") return;
    sizes.push(answer.body().then((body) => gzipSync(body).length));
  });
  await page.goto(`/${workspace.slug}/settings/api/keys`);
  await page.getByRole("link", { name: "blog ingest", exact: true }).waitFor();
  const total = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  expect(total).toBeGreaterThan(50_000);
  expect(total).toBeLessThanOrEqual(budgetBytes);
});
