import { parseEnv } from "@/lib/server/env";
import { type Runtime, runtime, setRuntime } from "@/lib/server/runtime";
import { startRuntime } from "@/server/start-runtime";

/**
 * Replaces the runtime of the test file by another one with other settings, on the same database, while `work` runs. Call it after
 * useRuntime(). What useKeyApi() returned then calls the other one.
 */
export async function withAnotherRuntime(
  settings: Record<string, string>,
  work: (server: Runtime) => Promise<void>,
): Promise<void> {
  const first = runtime();
  const { dataDir, databaseUrl } = first.env;
  const env = parseEnv({
    LOG_LEVEL: "silent",
    DATA_DIR: dataDir,
    DATABASE_URL: databaseUrl ?? "",
    ...settings,
  });
  const another = await startRuntime(env, () => {});
  await another.server.engine.accessLog.start();
  await another.server.engine.leaseKeeper.start();
  try {
    await work(another.server);
  } finally {
    setRuntime(first);
    // The test may have made the database unavailable, so errors don't matter here.
    await another.server.engine.leaseKeeper.stop();
    await another.server.engine.accessLog.close().catch(() => {});
    await another.stop();
  }
}
