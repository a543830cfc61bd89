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
 * The database was made for the test file. A process that cannot know it waits out any lease of before a failover, for five
 * seconds, with its first revocation; others on the same database learn it from this one.
 */
const knownBeforeMs = 60_000;

/**
 * Gives a test file the state of one process on a database of its own.
 * @param settings Environment variables beside the defaults of a local server.
 * @param options `database` where it is to be another server than that of the other tests; `jobs` false where a test does
 * itself, step by step, what would run by the clock.
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
