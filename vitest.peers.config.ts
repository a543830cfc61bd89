import { defineConfig, mergeConfig } from "vitest/config";
import { base } from "./vitest.config";

/** Tests with programs that are not ours and do not come from npm: gateways, HTTP clients of other languages, Redis. */
export default defineConfig(() => {
  const peers = mergeConfig(base, { test: { name: "peers", maxWorkers: 2, testTimeout: 60_000 } });
  return { ...peers, test: { ...peers.test, include: ["deploy/**/*.test.ts"] } };
});
