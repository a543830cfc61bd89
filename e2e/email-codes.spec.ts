import path from "node:path";
import type { Page } from "@playwright/test";
import { readKeptMails } from "@/tests/peers/kept-mail";
import { waitUntil } from "../tests/wait-until";
import { expect, inDatabase, origin, type TestWorkspace, test } from "./fixtures";
import { enterPassword, twoStepSection } from "./second-steps";
import { expectNoViolationsInBothThemes } from "./violations";

/** The code in the nth email, once it arrives. */
async function mailedCode(workspace: TestWorkspace, nth: number): Promise<string> {
  const folder = path.join(process.env.E2E_DATA_DIR ?? "", "mail");
  let codes: string[] = [];
  await waitUntil("the code was mailed", async () => {
    const mails = await readKeptMails(folder, workspace.owner.email);
    codes = mails.flatMap((mail) => /^Your code is (\d{3} \d{3})\./m.exec(mail)?.[1] ?? []);
    return codes.length >= nth;
  });
  return codes[nth - 1] ?? "";
}

async function turnOn(page: Page, workspace: TestWorkspace): Promise<void> {
  await inDatabase("UPDATE users SET email_verified_at = now() WHERE email = $1", [workspace.owner.email]);
  await twoStepSection(page).getByRole("button", { name: "Email codes" }).click();
  const dialog = page.getByRole("dialog", { name: "Turn on email codes?" });
  await dialog.getByRole("button", { name: "Turn on" }).click();
  await page
    .getByRole("dialog", { name: "Save your recovery codes" })
    .getByRole("button", { name: "Done" })
    .click();
  await expect(
    twoStepSection(page).getByText(/^On\. Less secure: anyone with access to your email/),
  ).toBeVisible();
}

test("S15 an emailed code passes the second step, and a new one invalidates it", async ({
  page,
  workspace,
  signIn,
  expectedErrors,
}) => {
  expectedErrors.push(/status of 4(01|09)/);
  await signIn();
  const security = `/${workspace.slug}/settings/security`;
  await page.goto(security);
  await twoStepSection(page).getByRole("button", { name: "Email codes" }).click();
  const dialog = page.getByRole("dialog", { name: "Turn on email codes?" });
  await dialog.getByRole("button", { name: "Turn on" }).click();
  await expect(dialog.getByRole("alert")).toHaveText(/Verify your email address first/);
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await turnOn(page, workspace);

  await enterPassword(page, workspace.owner.email, security);
  await page.getByRole("button", { name: "Email me a code" }).click();
  await expect(page.getByText(`We sent a code to ${workspace.owner.email}.`)).toBeVisible();
  const first = await mailedCode(workspace, 1);
  await page.getByRole("button", { name: "Send another code" }).click();
  await expect(page.getByText(/We sent another code/)).toBeVisible();
  const second = await mailedCode(workspace, 2);
  const code = page.getByLabel("Code", { exact: true });
  await code.fill(first);
  await page.getByRole("button", { name: "Verify" }).click();
  await expect(code).toHaveAccessibleDescription(/incorrect/);
  await code.fill(second);
  await page.getByRole("button", { name: "Verify" }).click();
  await expect(twoStepSection(page).getByText("On", { exact: true })).toBeVisible();
  await expect(page).toHaveURL(origin + security);

  await twoStepSection(page).getByRole("button", { name: "Email codes" }).click();
  await page
    .getByRole("dialog", { name: "Turn off email codes?" })
    .getByRole("button", { name: "Turn off" })
    .click();
  await expect(twoStepSection(page).getByText("Off", { exact: true })).toBeVisible();
});

for (const width of [1280, 360]) {
  test.describe(`at ${width} px`, () => {
    test.use({
      viewport: { width, height: 800 },
      contextOptions: { reducedMotion: "reduce" },
    });

    test("axe finds nothing on turning on and entering codes", async ({ page, workspace, signIn }) => {
      test.slow();
      const look = (where: string) => expectNoViolationsInBothThemes(page, `${where}-${width}`);
      await signIn();
      await page.goto(`/${workspace.slug}/settings/security`);
      await twoStepSection(page).getByRole("button", { name: "Email codes" }).click();
      await look("email-codes-dialog");
      await page.getByRole("button", { name: "Cancel" }).click();
      await turnOn(page, workspace);
      await look("email-codes-on");
      await enterPassword(page, workspace.owner.email, "/settings");
      await look("email-code-asked");
      await page.getByRole("button", { name: "Email me a code" }).click();
      await expect(page.getByLabel("Code", { exact: true })).toBeFocused();
      await look("email-code-sent");
    });
  });
}
