import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll } from "vitest";
import { parseEnv } from "@/lib/server/env";
import { runtime } from "@/lib/server/runtime";
import { startJobs } from "@/server/jobs";
import { type Started, startRuntime } from "@/server/start-runtime";
import { createTestDatabase, type TestDatabase } from "./database";

/**
 * The database was just created, so no lease from before a failover can exist. Otherwise the first revocation would wait five
 * seconds for such leases. Other instances on the same database learn it from this one.
 */
const knownBeforeMs = 60_000;

/**
 * Gives a test file a runtime with its own database.
 * @param settings Environment variables in addition to the defaults of a local server.
 * @param options `database` to use another server than the other tests; `jobs: false` if the test runs the periodic jobs itself.
 */
export function useRuntime(
  settings: Record<string, string> = {},
  options: { database?: () => Promise<TestDatabase>; jobs?: boolean } = {},
): void {
  let database: TestDatabase;
  let started: Started;
  let stopJobs: () => void;
  beforeAll(async () => {
    database = await (options.database ?? createTestDatabase)();
    const env = parseEnv({
      LOG_LEVEL: "silent",
      DATA_DIR: mkdtempSync(path.join(tmpdir(), "keyward-test-")),
      ...settings,
      DATABASE_URL: database.url,
    });
    started = await startRuntime(env, () => {}, { knownBeforeMs });
    await started.server.engine.accessLog.start();
    await started.server.engine.leaseKeeper.start();
    stopJobs = startJobs(started.server);
    if (options.jobs === false) stopJobs();
  });
  afterAll(async () => {
    stopJobs?.();
    await runtime().engine.leaseKeeper.stop();
    await runtime().engine.accessLog.close();
    await started?.stop();
    await database?.drop();
  });
}
