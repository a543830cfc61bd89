import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import path from "node:path";
import { type BenchDatabase, openBenchDatabase } from "./bench-database";
import { chartOf } from "./chart";
import { measureDecisions } from "./decisions";
import { measureEvents } from "./events";
import { measureGrowth } from "./growth";
import { measureLog } from "./log-reading";
import { measureLogWriting } from "./log-writing";
import { describeMachine, leaveServerProcessor } from "./machine";
import { type Options, parseOptions } from "./options";
import { pageOf } from "./page";
import { measureRefusals } from "./refusals";
import type { Results } from "./results";
import { root, stopAllServers } from "./server-process";
import { measureStarts } from "./starts";

const resultsFile = path.join(root, "bench/results/latest.json");
const report = (line: string) => console.error(line);

try {
  await main(parseOptions(process.argv.slice(2)));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

async function main(options: Options): Promise<void> {
  leaveServerProcessor();
  const opening = openBenchDatabase();
  let releasing: Promise<void> | undefined;
  const release = () => {
    releasing ??= stopAllServers().then(async () => (await opening).close());
    return releasing;
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => void release().finally(() => process.exit(130)));
  const bench = await opening;
  try {
    const results = await measureParts(bench, options);
    console.log(pageOf(results));
    if (options.write) keep(results);
  } finally {
    await release();
  }
}

async function measureParts(bench: BenchDatabase, options: Options): Promise<Results> {
  const { only, pace, rows } = options;
  if (only === "events") return { ...keptResults(), events: await measureEvents(bench, pace, report) };
  if (only === "log") return { ...keptResults(), log: await measureLog(bench, rows, pace, report) };
  return measureAll(bench, options);
}

async function measureAll(bench: BenchDatabase, options: Options): Promise<Results> {
  const { pace } = options;
  const at = new Date().toISOString();
  const kept = keptResults().log;
  report(`Load average before the start: ${loadavg()[0]?.toFixed(2)}.`);
  const decisions = await measureDecisions(bench, pace, report);
  report("Unknown keys …");
  const refusals = await measureRefusals(bench, pace);
  report("Writing the access log …");
  const logWriting = await measureLogWriting(bench, pace.quick ? 50_000 : 300_000);
  report(`Up to ${options.keys} keys and ${options.rows} rows …`);
  const growth = await measureGrowth(bench, options);
  report("Delivering events …");
  const events = await measureEvents(bench, pace, report);
  report("Starting the quickstart twice …");
  const starts = await measureStarts(bench, pace);
  return {
    at,
    machine: describeMachine(bench.version),
    pace,
    decisions,
    refusals,
    logWriting,
    growth,
    starts,
    events,
    ...(kept && { log: kept }),
  };
}

/** The rest of the page stays what the last whole run has measured. */
function keptResults(): Results {
  return JSON.parse(readFileSync(resultsFile, "utf8"));
}

function keep(results: Results): void {
  mkdirSync(path.join(root, "bench/results"), { recursive: true });
  writeFileSync(resultsFile, `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(path.join(root, "docs/performance.md"), `${pageOf(results)}\n`);
  writeFileSync(path.join(root, "docs/images/performance.svg"), chartOf(results));
}
