import type { ContenderName } from "./contenders";
import type { Round } from "./measure";
import type { Results } from "./results";
import { ratioOf, type Spread, spreadOf } from "./statistics";

export type Goal = { what: string; goal: string; figure: string; met: boolean };

/** A goal, the measured value, and whether the goal is met. Nothing is rounded in our favor. */
export function goalsOf(results: Results): Goal[] {
  return [...decisionGoals(results), ...otherGoals(results)];
}

function decisionGoals({ decisions: { closed, open } }: Results): Goal[] {
  const compare = (field: keyof Round, name: ContenderName, other: ContenderName) =>
    ratioOf(valuesOf(closed[name], field), valuesOf(closed[other], field));
  const throughput = compare("answersPerSecond", "keyward", "bare");
  const processor = compare("serverMicroseconds", "keyward", "bare");
  const three = compare("serverMicroseconds", "three", "decisions");
  const asking = compare("answersPerSecond", "asking", "bare");
  const best = compare("answersPerSecond", "keyward", "betterAuth");
  const bestSlowest = compare("p99Ms", "keyward", "betterAuth");
  const plain = compare("answersPerSecond", "keyward", "betterAuthDefault");
  const p50 = (name: ContenderName) => spreadOf(valuesOf(open[name], "p50Ms")).median;
  const waitMicroseconds = (p50("keyward") - p50("bare")) * 1000;
  return [
    atLeast("allowed decision, throughput against `node:http` with no check", 1, throughput),
    atMost("the same, processor time", 1, processor),
    atMost("three instances on one database, processor time against one", 1.3, three),
    atLeast("every decision asking PostgreSQL, throughput against `node:http` with no check", 0.5, asking),
    atLeast("verifications a second against better-auth at its best", 9, best),
    atMost("the same, p99 with 64 connections", 0.2, bestSlowest),
    atLeast("verifications a second against better-auth's default", 50, plain),
    {
      what: "p50 over no check at 1,000 requests a second",
      goal: "≤ 100 µs",
      figure: `${Math.round(waitMicroseconds)} µs`,
      met: waitMicroseconds <= 100,
    },
  ];
}

function otherGoals({ refusals, logWriting, growth: { small, large }, starts }: Results): Goal[] {
  const timesSmall = (field: "keyPageMs" | "logPageMs" | "decisionMs") => large[field] / small[field];
  const pages = Math.max(timesSmall("keyPageMs"), timesSmall("logPageMs"));
  const queries = refusals.badChecksum.queriesPerThousand;
  const grown = logWriting.mostMegabytes - logWriting.leastMegabytes;
  return [
    { what: "queries for a thousand malformed keys", goal: "0", figure: number(queries), met: queries === 0 },
    {
      what: "access log into PostgreSQL, sustained",
      goal: "≥ 20,000 rows/s",
      figure: `${number(logWriting.writerPerSecond)} rows/s (${number(logWriting.rows)} rows; COPY of the same: ${number(logWriting.copyPerSecond)})`,
      met: logWriting.writerPerSecond >= 20_000,
    },
    {
      what: "memory of the log's writer meanwhile",
      goal: "flat: within 64 MB",
      figure: `${number(logWriting.leastMegabytes)} to ${number(logWriting.mostMegabytes)} MB`,
      met: grown <= 64,
    },
    {
      what: `key page and log page, p95, at ${number(large.keys)} keys and ${number(large.rows)} rows`,
      goal: `< 3 × that at ${number(small.keys)} and ${number(small.rows)}`,
      figure: `${timesSmall("keyPageMs").toFixed(2)} × and ${timesSmall("logPageMs").toFixed(2)} ×`,
      met: pages < 3,
    },
    {
      what: "a decision's p50 there",
      goal: "flat: ≤ 1.2 ×",
      figure: `${timesSmall("decisionMs").toFixed(2)} ×`,
      met: timesSmall("decisionMs") <= 1.2,
    },
    {
      what: "quickstart, second run, until the sign-in page is served",
      goal: "< 5 s",
      figure: `${starts.secondSeconds.toFixed(1)} s`,
      met: starts.secondSeconds < 5,
    },
    {
      what: "memory of an idle instance",
      goal: "< 300 MB",
      figure: `${number(starts.idleMegabytes)} MB`,
      met: starts.idleMegabytes < 300,
    },
  ];
}

function atLeast(what: string, goal: number, ratio: Spread): Goal {
  return { what, goal: `≥ ${goal} ×`, figure: times(ratio), met: ratio.median >= goal };
}

function atMost(what: string, goal: number, ratio: Spread): Goal {
  return { what, goal: `≤ ${goal} ×`, figure: times(ratio), met: ratio.median <= goal };
}

function times({ median, least, most }: Spread): string {
  return `${median.toFixed(2)} × (${least.toFixed(2)}–${most.toFixed(2)})`;
}

export function number(value: number): string {
  return Math.round(value).toLocaleString("en");
}

export function valuesOf(rounds: Round[] | undefined, field: keyof Round): number[] {
  return (rounds ?? []).map((round) => round[field]);
}
