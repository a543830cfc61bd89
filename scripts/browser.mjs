import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Refusal, root, run } from "./run.mjs";

/** Debian's Chromium without a window comes first: the tests take a quarter less time with it than with the whole one. */
const SYSTEM_BROWSERS = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"];

/** Where the Chromium of the end-to-end tests is: Playwright's own if it was installed, else the system's; null without one. */
export function findBrowser() {
  // Required here, and not above, because it is installed only after this module has been loaded.
  const { chromium } = createRequire(import.meta.url)("@playwright/test");
  return [chromium.executablePath(), ...SYSTEM_BROWSERS].find((path) => existsSync(path)) ?? null;
}

/** Makes sure that there is one. */
export async function ensureBrowser() {
  const slower = findBrowser() === "/usr/bin/chromium";
  if (findBrowser() !== null && !slower) return;
  console.error("Installing Chromium for the end-to-end tests …");
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    const env = { DEBIAN_FRONTEND: "noninteractive" };
    await run("apt-get", ["update", "-q"], { env });
    await run("apt-get", ["install", "-y", "-q", "--no-install-recommends", "chromium-headless-shell"], {
      env,
    });
  } else if (!slower) {
    const playwright = join(root, "node_modules", "@playwright", "test", "cli.js");
    await run(process.execPath, [playwright, "install", "chromium"]);
  }
  if (findBrowser() !== null) return;
  throw new Refusal(
    `There is no browser for the end-to-end tests; install ${SYSTEM_BROWSERS.join(" or ")}, or run \`npx playwright install chromium\`.`,
  );
}
