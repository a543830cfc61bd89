import path from "node:path";
import { defineConfig } from "vitest/config";

/** Twice what a small machine has cores: tests wait for much of their time, for a lease to end or a server to start. */
const maxWorkers = 4;

export const base = defineConfig({
  resolve: {
    alias: [
      { find: /^@keyward\/sdk$/, replacement: path.join(import.meta.dirname, "sdk/src/index.ts") },
      { find: /^@keyward\/sdk\/(.*)$/, replacement: path.join(import.meta.dirname, "sdk/src/$1.ts") },
      { find: "@", replacement: path.resolve(import.meta.dirname) },
    ],
  },
  test: {
    globalSetup: "./tests/database/postgres.ts",
    // It imports "next/server" without an extension, which only a bundler resolves.
    server: { deps: { inline: ["next-auth"] } },
    testTimeout: 45_000,
    hookTimeout: 60_000,
  },
});

/** These files mock or spy on modules, so each file loads its own copies of all modules. */
const alone = [
  "app/api/account/picture/missing-library.test.ts",
  "app/api/{races,recovery}.test.ts",
  "app/api/sign-in/route.test.ts",
  "app/api/sign-in/verify/route.test.ts",
  "app/api/sign-up/route.test.ts",
];

/** Reloading everything for each file took a third of the time, so all other files of a worker share the loaded modules. */
export default defineConfig({
  test: {
    maxWorkers,
    projects: [
      { ...base, test: { ...base.test, maxWorkers, name: "alone", include: alone } },
      {
        ...base,
        test: {
          ...base.test,
          maxWorkers,
          name: "together",
          isolate: false,
          include: ["{app,bench,components,examples,lib,sdk,server,tests}/**/*.test.{ts,tsx}"],
          // The benchmark installs packages in its own folder, and they contain tests.
          exclude: ["**/node_modules/**", "tests/faults/**", "**/*.browser.test.tsx", ...alone],
        },
      },
    ],
  },
});
