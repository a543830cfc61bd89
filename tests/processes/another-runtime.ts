import { parseEnv } from "@/lib/server/env";
import { type Runtime, runtime, setRuntime } from "@/lib/server/runtime";
import { startRuntime } from "@/server/start-runtime";

/**
 * Another process on the database of the test file, with other settings, in the place of the first while `work` runs.
 * Call it below useRuntime(); what useKeyApi() returned then speaks to the other one.
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
    // A test may have taken the database away, in which case nothing is left to say goodbye to.
    await another.server.engine.leaseKeeper.stop();
    await another.server.engine.accessLog.close().catch(() => {});
    await another.stop();
  }
}
