import path from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: {
    alias: [
      { find: /^@keyward\/sdk$/, replacement: path.join(import.meta.dirname, "sdk/src/index.ts") },
      { find: /^@keyward\/sdk\/(.*)$/, replacement: path.join(import.meta.dirname, "sdk/src/$1.ts") },
      { find: "@", replacement: path.resolve(import.meta.dirname) },
    ],
  },
  test: {
    include: ["{app,bench,components,examples,lib,sdk,server,tests}/**/*.test.{ts,tsx}"],
    globalSetup: "./tests/postgres.ts",
    // It imports "next/server" without an extension, which only a bundler resolves.
    server: { deps: { inline: ["next-auth"] } },
    // Two cores: more workers would only wait for one another and for PostgreSQL.
    maxWorkers: 2,
    testTimeout: 45_000,
    hookTimeout: 60_000,
  },
});
