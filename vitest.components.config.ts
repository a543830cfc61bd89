import path from "node:path";
import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";
import { findBrowser } from "./scripts/browser.mjs";

/** Components in a real browser, with the console's styles: positions, focus and keys are the browser's own. */
export default defineConfig({
  resolve: { alias: { "@": path.resolve(import.meta.dirname) } },
  // Next.js reads these; a browser knows no `process`.
  define: { "process.env": "{}", "process.env.NODE_ENV": '"development"' },
  // Found while a test runs, a package would reload the page under it.
  optimizeDeps: {
    include: [
      "react",
      "react-dom",
      "react-dom/client",
      "react/jsx-dev-runtime",
      "clsx",
      "lucide-react",
      "next/link",
    ],
  },
  test: {
    name: "components",
    include: ["components/**/*.browser.test.tsx"],
    setupFiles: ["./app/globals.css", "./tests/browser/setup.ts"],
    maxWorkers: 2,
    testTimeout: 30_000,
    expect: { poll: { timeout: 10_000 } },
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      viewport: { width: 1024, height: 768 },
      provider: playwright({
        launchOptions: { executablePath: findBrowser() ?? undefined },
        // A panel is where it belongs at once, and not 150 ms later.
        contextOptions: { reducedMotion: "reduce", locale: "en-US", timezoneId: "UTC" },
        actionTimeout: 10_000,
      }),
      instances: [{ browser: "chromium" }],
    },
  },
});
