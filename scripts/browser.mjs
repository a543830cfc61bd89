import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Refusal, root, run } from "./run.mjs";

/** Debian's headless Chromium comes first: with it the tests take a quarter less time than with the full one. */
const systemBrowsers = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"];

/** The path of Chromium for the end-to-end tests: Playwright's if it is installed, else the system's, else null. */
export function findBrowser() {
  // Loaded here, because the package may be installed only after this module was loaded.
  const { chromium } = createRequire(import.meta.url)("@playwright/test");
  return [chromium.executablePath(), ...systemBrowsers].find((path) => existsSync(path)) ?? null;
}

/** Installs Chromium if there is none. */
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
    `There is no browser for the end-to-end tests; install ${systemBrowsers.join(" or ")}, or run \`npx playwright install chromium\`.`,
  );
}
