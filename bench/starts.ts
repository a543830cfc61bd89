import path from "node:path";
import type { BenchDatabase } from "./bench-database";
import type { Pace } from "./options";
import { residentMegabytes } from "./processor-time";
import { startServer } from "./server-process";

export type Starts = { firstSeconds: number; secondSeconds: number; idleMegabytes: number };

/** Measures `npm run quickstart` twice on one folder, until the sign-in page is served, and the memory of the second one when idle. */
export async function measureStarts(bench: BenchDatabase, pace: Pace): Promise<Starts> {
  const settings = { DATA_DIR: path.join(bench.folder, "quickstart"), LOG_LEVEL: "warn" };
  const start = () =>
    startServer(["scripts/quickstart.mjs"], settings, { path: "/sign-in" }, { onAnyProcessor: true });
  const first = await start();
  await first.stop();
  const second = await start();
  await new Promise((resolve) => setTimeout(resolve, pace.warmSeconds * 1000));
  const idleMegabytes = residentMegabytes(second.pid);
  await second.stop();
  return {
    firstSeconds: first.startedAfter / 1000,
    secondSeconds: second.startedAfter / 1000,
    idleMegabytes,
  };
}
