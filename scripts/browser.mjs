import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Refusal, root, run } from "./run.mjs";

const SYSTEM_CHROMIUM = "/usr/bin/chromium";

/** Makes sure that there is a Chromium for the end-to-end tests: Playwright's own, or the system's. */
export async function ensureBrowser() {
  if (hasBrowser()) return;
  console.error("Installing Chromium for the end-to-end tests …");
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    const env = { DEBIAN_FRONTEND: "noninteractive" };
    await run("apt-get", ["update", "-q"], { env });
    await run("apt-get", ["install", "-y", "-q", "--no-install-recommends", "chromium"], { env });
  } else {
    const playwright = join(root, "node_modules", "@playwright", "test", "cli.js");
    await run(process.execPath, [playwright, "install", "chromium"]);
  }
  if (hasBrowser()) return;
  throw new Refusal(
    `There is no browser for the end-to-end tests; install Chromium as ${SYSTEM_CHROMIUM}, or run \`npx playwright install chromium\`.`,
  );
}

function hasBrowser() {
  // Required here, and not above, because it is installed only after this module has been loaded.
  const { chromium } = createRequire(import.meta.url)("@playwright/test");
  return existsSync(chromium.executablePath()) || existsSync(SYSTEM_CHROMIUM);
}
