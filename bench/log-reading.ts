import path from "node:path";
import { addKeys } from "./add-keys";
import type { BenchDatabase } from "./bench-database";
import { fillLog, type LogSize, logKeys } from "./log-fill";
import { type Export, measureExport, measureTail } from "./log-streams";
import { describeMachine, type Machine } from "./machine";
import { ask } from "./measure";
import type { Pace } from "./options";
import { type ServerProcess, startServer } from "./server-process";
import { shuffled } from "./statistics";

/** What is read, and how the console asks for it. */
export const readTitles = {
  first: "first rows",
  firstOfKey: "first rows of a seldom used key",
  firstDenied: "first rows, denied only",
  firstRare: "first rows of a code that one in 20,000 has",
  overviewDay: "chart and facets, 24 hours",
  overviewWeek: "chart and facets, 7 days",
  overviewMonth: "chart and facets, 30 days",
  overviewOfKey: "chart and facets of the busiest key, 30 days",
  overviewOfRoute: "chart and facets of a route, 30 days",
  usageByKey: "usage by key, 30 days",
  usageByRoute: "usage by route, 30 days",
  requestId: "look-up of a request id",
} as const;
export type ReadName = keyof typeof readTitles;

export type Timing = { p50Ms: number; p95Ms: number };
export type SizeResults = {
  size: LogSize;
  reads: Record<ReadName, Timing[]>;
  exports: Export[];
  /** Milliseconds from sending a request until its entry has arrived, of each. */
  tailMs: number[];
};
export type LogResults = {
  at: string;
  machine: Machine;
  rounds: number;
  few: SizeResults;
  many: SizeResults;
};

const smallRows = 100_000;
const overview = "/bench/access-logs/overview";
const keyId = (number: number) => `key_${String(number).padStart(26, "0")}`;

function targetsOf(name: ReadName, rows: number): string[] {
  const first = "/bench/access-logs?limit=50";
  const targets: Record<Exclude<ReadName, "requestId">, string> = {
    first: `${first}&range=24h`,
    firstOfKey: `${first}&range=30d&key=${keyId(logKeys)}`,
    firstDenied: `${first}&range=24h&outcome=denied`,
    firstRare: `${first}&range=30d&code=disabled_key`,
    overviewDay: `${overview}?range=24h`,
    overviewWeek: `${overview}?range=7d`,
    overviewMonth: `${overview}?range=30d`,
    overviewOfKey: `${overview}?range=30d&key=${keyId(1)}`,
    overviewOfRoute: `${overview}?range=30d&route=${encodeURIComponent("/v1/files0")}`,
    usageByKey: "/bench/usage/requests?range=30d&by=key",
    usageByRoute: "/bench/usage/requests?range=30d&by=route",
  };
  if (name !== "requestId") return [targets[name]];
  // Ids from all over the log.
  return Array.from(
    { length: 97 },
    (_, index) => `${first}&requestId=bench_${Math.floor((index / 97) * rows)}`,
  );
}

/** Measures the same in two databases in turn, one with many rows and one with few. */
export async function measureLog(
  bench: BenchDatabase,
  rows: number,
  pace: Pace,
  report: (line: string) => void,
): Promise<LogResults> {
  const at = new Date().toISOString();
  const servers: ServerProcess[] = [];
  const start = async (name: "few" | "many", count: number) => {
    const server = await startSize(bench, `bench_log_${name}`, count);
    servers.push(server.server);
    report(
      `${count.toLocaleString("en")} rows in ${server.size.seconds.toFixed(0)} s: ${JSON.stringify(server.size)}`,
    );
    return server;
  };
  const few = await start("few", Math.min(smallRows, rows / 10));
  const many = await start("many", rows);
  const sizes = { few, many };
  const names = Object.keys(readTitles) as ReadName[];
  const results = {
    few: emptyResults(few.size, names),
    many: emptyResults(many.size, names),
  };
  try {
    for (let round = 0; round <= pace.rounds; round += 1) {
      for (const name of names)
        for (const which of shuffled(["few", "many"] as const)) {
          const { server, size } = sizes[which];
          const timing = await timeOf(server, targetsOf(name, size.rows), pace);
          // The first round is warm-up.
          if (round > 0) results[which].reads[name].push(timing);
          report(
            `round ${round}, ${which}, ${readTitles[name]}: p50 ${timing.p50Ms.toFixed(1)} ms, p95 ${timing.p95Ms.toFixed(1)} ms`,
          );
        }
    }
    for (const which of ["few", "many"] as const) {
      const { server } = sizes[which];
      for (let round = 0; round < (pace.quick ? 1 : 3); round += 1)
        results[which].exports.push(
          await measureExport(server, bench.secret, pace.quick ? 100_000 : 1_000_000),
        );
      results[which].tailMs = await measureTail(server, bench.secret, pace.quick ? 10 : 60);
      report(
        `${which}: ${JSON.stringify(results[which].exports)}, live view ${Math.round(Math.max(...results[which].tailMs))} ms at most`,
      );
    }
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
  return { at, machine: describeMachine(bench.version), rounds: pace.rounds, ...results };
}

function emptyResults(size: LogSize, names: ReadName[]): SizeResults {
  const reads = Object.fromEntries(names.map((name) => [name, []])) as unknown as SizeResults["reads"];
  return { size, reads, exports: [], tailMs: [] };
}

async function startSize(
  bench: BenchDatabase,
  name: string,
  rows: number,
): Promise<{ server: ServerProcess; size: LogSize }> {
  const database = await bench.create(name);
  await addKeys(database, bench.keyId, logKeys + 1, []);
  const size = await fillLog(database, { workspaceId: bench.workspaceId, rows });
  const server = await startServer(
    ["dist/bench-decision-server.mjs"],
    {
      DATABASE_URL: database.url,
      DATA_DIR: path.join(bench.folder, name),
      LOG_LEVEL: "warn",
      BENCH_WORKSPACE: bench.workspaceId,
    },
    { path: "/api/ready" },
  );
  return { server, size };
}

async function timeOf(server: ServerProcess, targets: string[], pace: Pace): Promise<Timing> {
  const { p50Ms, p95Ms } = await ask({
    ports: [server.port],
    requests: targets.map((target) => `GET ${target} HTTP/1.1\r\nHost: keyward.example.test\r\n\r\n`),
    statuses: [200],
    connections: 1,
    leadSeconds: pace.leadSeconds,
    seconds: pace.leadSeconds,
    leastAnswers: 40,
    rate: null,
  });
  return { p50Ms, p95Ms };
}
