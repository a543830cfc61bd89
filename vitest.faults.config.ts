import { defineConfig, mergeConfig } from "vitest/config";
import { base } from "./vitest.config";

/** Fault tests that need other programs: a pooler, shifted clocks, a second PostgreSQL. */
export default defineConfig(() => {
  const faults = mergeConfig(base, { test: { name: "faults", maxWorkers: 2, testTimeout: 120_000 } });
  return { ...faults, test: { ...faults.test, include: ["tests/faults/**/*.test.ts"] } };
});
