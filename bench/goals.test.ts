import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { type ContenderName, contenderTitles } from "./contenders";
import { goalsOf } from "./goals";
import { type LogResults, readTitles } from "./log-reading";
import type { Round } from "./measure";
import { parseOptions } from "./options";
import { pageOf } from "./page";
import type { Results } from "./results";

test("ratios are computed per round, so that disturbances of both cancel out", () => {
  const results = resultsWith({ bare: [10_000, 30_000, 20_000], keyward: [11_000, 33_000, 22_000] });
  expect(goalsOf(results)[0]).toMatchObject({ figure: "1.10 × (1.10–1.10)", met: true });
});

test("a goal that isn't reached is reported as not met", () => {
  const results = resultsWith({ bare: [10_000, 10_000, 10_000], keyward: [9_990, 9_000, 12_000] });
  expect(goalsOf(results)[0]).toMatchObject({ figure: "1.00 × (0.90–1.20)", met: false });
  expect(pageOf(results)).toContain("| 1.00 × (0.90–1.20) | **not met** |");
});

test("events are compared round by round, and by the slowest filter of a list", () => {
  const results = resultsWith({});
  results.events.waiting.hanging = [
    { p50Ms: 100, p99Ms: 200 },
    { p50Ms: 100, p99Ms: 330 },
  ];
  results.events.lists.times.rare.many = [4, 4];
  expect(goalsOf(results)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ figure: "1.05 × (1.00–1.10)", met: true }),
      expect.objectContaining({ figure: "4.00 ×", met: false }),
    ]),
  );
});

test("reading the log is judged by the slowest read", () => {
  const log = logResults();
  const results = { ...resultsWith({}), log };
  const figures = (goal: string) => goalsOf(results).find((one) => one.goal.startsWith(goal));
  expect(figures("≤ 150 ms")).toMatchObject({ figure: "10.0 ms", met: true });
  log.many.reads = { ...log.many.reads, requestId: [{ p50Ms: 5, p95Ms: 160 }] };
  expect(figures("≤ 150 ms")).toMatchObject({ figure: "160.0 ms", met: false });
  expect(figures("≤ 3 × that with 100,000")).toMatchObject({ figure: "16.00 ×", met: false });
  expect(figures("≤ 1,000 ms")).toMatchObject({ what: expect.any(String), met: true });
  expect(pageOf(results)).toContain("10 × 5.0 GB = 50.0 GB");
});

test("invalid options abort the benchmark before it starts", () => {
  expect(parseOptions(["--quick", "--rows", "5000"])).toMatchObject({
    rows: 5000,
    keys: 10_000,
    write: false,
  });
  expect(parseOptions(["--log"])).toMatchObject({ only: "log", rows: 10_000_000 });
  expect(parseOptions(["--log", "--rows", "20000"])).toMatchObject({ only: "log", rows: 20_000 });
  expect(() => parseOptions(["--row", "5000"])).toThrow("--row 5000 is not a valid option");
  expect(() => parseOptions(["--keys", "many"])).toThrow("--keys many is not a valid option");
});

/** Results of a run in which everything took the same time, except for the responses per second of some contenders. */
function resultsWith(answersPerSecond: Partial<Record<ContenderName, number[]>>): Results {
  const round: Round = {
    answersPerSecond: 1000,
    serverMicroseconds: 30,
    postgresMicroseconds: 10,
    p50Ms: 1,
    p99Ms: 2,
    serverBusy: 1,
    othersBusy: 0,
    stolen: 0,
  };
  const names = Object.keys(contenderTitles) as ContenderName[];
  const rounds = Object.fromEntries(
    names.map((name) => [
      name,
      (answersPerSecond[name] ?? [1000, 1000, 1000]).map((one) => ({ ...round, answersPerSecond: one })),
    ]),
  ) as Results["decisions"]["closed"];
  const refusal = { answersPerSecond: 1000, serverMicroseconds: 30, queriesPerThousand: 0 };
  const size = { keys: 1000, rows: 100_000, keyPageMs: 1, logPageMs: 1, decisionMs: 1 };
  return {
    at: "2026-11-22T00:00:00.000Z",
    machine: {
      processor: "a processor",
      cores: 2,
      memoryGigabytes: 8,
      system: "Linux",
      node: "20",
      postgres: "18",
      pinned: null,
    },
    pace: parseOptions([]).pace,
    decisions: { closed: rounds, open: rounds },
    refusals: { badChecksum: refusal, unknownAgain: refusal, unknownOthers: refusal },
    logWriting: {
      rows: 1000,
      writerPerSecond: 20_000,
      copyPerSecond: 40_000,
      leastMegabytes: 90,
      mostMegabytes: 100,
    },
    growth: { small: size, large: size },
    starts: { firstSeconds: 5, secondSeconds: 2, idleMegabytes: 200 },
    events: eventResults(),
  };
}

/** Everything takes as long with many rows as with few. */
function logResults(): LogResults {
  const timings = [
    { p50Ms: 5, p95Ms: 10 },
    { p50Ms: 5, p95Ms: 10 },
  ];
  const counts = { keys: 100, callers: 1000, workspaces: 10 };
  const size = (rows: number): LogResults["few"] => ({
    size: {
      rows,
      seconds: 10,
      entriesBytes: rows * 500,
      countsBytes: 1e6,
      counts: { minute: counts, hour: counts, day: counts },
    },
    reads: Object.fromEntries(Object.keys(readTitles).map((name) => [name, timings])) as never,
    exports: [{ rows: 1000, perSecond: 60_000, leastMegabytes: 100, mostMegabytes: 110 }],
    tailMs: [300, 200, 400],
  });
  return {
    at: "2026-11-28T00:00:00.000Z",
    machine: eventResults().machine,
    rounds: 2,
    few: size(100_000),
    many: size(10_000_000),
  };
}

/** Two rounds; in the second one everything about waiting takes longer. */
function eventResults(): Results["events"] {
  const waiting = [
    { p50Ms: 100, p99Ms: 200 },
    { p50Ms: 150, p99Ms: 300 },
  ];
  const delivering = {
    perSecond: 2000,
    serverMicroseconds: 200,
    postgresMicroseconds: 100,
    serverBusy: 0.4,
    othersBusy: 1,
  };
  const change = { ms: 10, postgresMicroseconds: 1000 };
  const changes = [change, change];
  const times = { few: [1, 1], many: [1, 1] };
  return {
    at: "2026-11-28T00:00:00.000Z",
    machine: {
      processor: "a processor",
      cores: 2,
      memoryGigabytes: 8,
      system: "Linux",
      node: "20",
      postgres: "18",
      pinned: null,
    },
    plan: { rounds: 2, deliveries: 1000, waitSeconds: 5, keys: 10, stored: 1_000_000 },
    delivering: [delivering, delivering],
    waiting: { answering: waiting, hanging: waiting },
    changes: { without: changes, none: changes, five: changes },
    lists: {
      few: 1000,
      many: 1_000_000,
      times: { all: { ...times }, failed: { ...times }, rare: { ...times }, absent: { ...times } },
    },
  };
}

test("docs/performance.md is what the kept results say", () => {
  const root = path.resolve(import.meta.dirname, "..");
  const kept = JSON.parse(readFileSync(path.join(root, "bench/results/latest.json"), "utf8"));
  expect(readFileSync(path.join(root, "docs/performance.md"), "utf8")).toBe(`${pageOf(kept)}\n`);
});
