import path from "node:path";
import { generateSecret } from "@/lib/engine/keys/key-format";
import type { BenchDatabase } from "./bench-database";
import { gatewayRequest } from "./contenders";
import { ask } from "./measure";
import type { Pace } from "./options";
import { processorSeconds } from "./processor-time";
import { startServer } from "./server-process";

export const refusalTitles = {
  badChecksum: "malformed: wrong checksum",
  unknownAgain: "unknown, always the same",
  unknownOthers: "unknown, always different",
} as const;
export type RefusalName = keyof typeof refusalTitles;
export type Refusals = Record<
  RefusalName,
  { answersPerSecond: number; serverMicroseconds: number; queriesPerThousand: number }
>;

/** How many unknown keys are used in turn: more than the cache keeps. */
const differentKeys = 40_000;

/** Measures requests with unknown keys. All come from one address, which gets 429 after the first sixty per minute. */
export async function measureRefusals(bench: BenchDatabase, pace: Pace): Promise<Refusals> {
  const database = await bench.create("bench_refusals");
  const settings = {
    DATABASE_URL: database.url,
    DATA_DIR: path.join(bench.folder, "refusals"),
    LOG_LEVEL: "warn",
  };
  const server = await startServer(["dist/bench-decision-server.mjs"], settings, { path: "/api/ready" });
  const last = bench.secret.at(-1) === "0" ? "1" : "0";
  const secrets: Record<RefusalName, string[]> = {
    badChecksum: [bench.secret.slice(0, -1) + last],
    unknownAgain: [generateSecret("kw_sk_")],
    unknownOthers: Array.from({ length: differentKeys }, () => generateSecret("kw_sk_")),
  };
  const plan = {
    ports: [server.port],
    statuses: [401, 429],
    connections: 64,
    leadSeconds: pace.leadSeconds,
    rate: null,
  };
  try {
    const unmeasured = { requests: secrets.badChecksum.map(gatewayRequest), seconds: pace.longWarmSeconds };
    await ask({ ...plan, ...unmeasured });
    const measured = {} as Refusals;
    for (const name of Object.keys(refusalTitles) as RefusalName[]) {
      const before = { seconds: processorSeconds(server.pid), ...(await askQueries(server)) };
      const { answers, answersPerSecond } = await ask({
        ...plan,
        requests: secrets[name].map(gatewayRequest),
        seconds: pace.seconds,
      });
      const after = { seconds: processorSeconds(server.pid), ...(await askQueries(server)) };
      measured[name] = {
        answersPerSecond,
        serverMicroseconds: ((after.seconds - before.seconds) / answers) * 1e6,
        queriesPerThousand: ((after.keyQueries - before.keyQueries) / answers) * 1000,
      };
    }
    return measured;
  } finally {
    await server.stop();
  }
}

function askQueries(server: { ask<Answer>(): Promise<Answer> }): Promise<{ keyQueries: number }> {
  return server.ask();
}
