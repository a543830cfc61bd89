import { defineConfig } from "@playwright/test";
import { findBrowser } from "./scripts/browser.mjs";

export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results",
  globalSetup: "./e2e/start-console.ts",
  fullyParallel: true,
  forbidOnly: true,
  retries: 0,
  // More than a small machine has cores: the browsers wait for answers and animations.
  workers: 3,
  // A machine with two slow cores takes several times as long as a quick one.
  timeout: 120_000,
  expect: { timeout: 20_000 },
  use: {
    actionTimeout: 30_000,
    launchOptions: { executablePath: findBrowser() ?? undefined },
  },
});
