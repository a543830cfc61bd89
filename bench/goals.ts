import type { ContenderName } from "./contenders";
import { eventGoals, type Goal } from "./event-page";
import { logGoals } from "./log-page";
import type { Round } from "./measure";
import { number, times } from "./page-text";
import type { Results } from "./results";
import { ratioOf, type Spread, spreadOf } from "./statistics";

/** A goal, the measured value, and whether the goal is met. Nothing is rounded in our favor. */
export function goalsOf(results: Results): Goal[] {
  return [
    ...decisionGoals(results),
    ...otherGoals(results),
    ...eventGoals(results.events),
    ...(results.log ? logGoals(results.log) : []),
  ];
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
    atLeast("allowed decision, throughput compared with `node:http` without a check", 1, throughput),
    atMost("the same, CPU time", 1, processor),
    atMost("three instances on one database, CPU time compared with one", 1.3, three),
    atLeast(
      "every decision querying PostgreSQL, throughput compared with `node:http` without a check",
      0.5,
      asking,
    ),
    atLeast("verifications per second compared with better-auth's best setting", 9, best),
    atMost("the same, p99 with 64 connections", 0.2, bestSlowest),
    atLeast("verifications per second compared with better-auth's default", 50, plain),
    {
      what: "additional p50 at 1,000 requests per second, compared with no check",
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
    { what: "queries per 1,000 malformed keys", goal: "0", figure: number(queries), met: queries === 0 },
    {
      what: "sustained rate of the access log into PostgreSQL",
      goal: "≥ 20,000 rows/s",
      figure: `${number(logWriting.writerPerSecond)} rows/s (${number(logWriting.rows)} rows; one COPY of them: ${number(logWriting.copyPerSecond)})`,
      met: logWriting.writerPerSecond >= 20_000,
    },
    {
      what: "memory of the log writer during that",
      goal: "flat: within 64 MB",
      figure: `${number(logWriting.leastMegabytes)} to ${number(logWriting.mostMegabytes)} MB`,
      met: grown <= 64,
    },
    {
      what: `p95 of keys page and log page with ${number(large.keys)} keys and ${number(large.rows)} rows`,
      goal: `< 3 × that with ${number(small.keys)} and ${number(small.rows)}`,
      figure: `${timesSmall("keyPageMs").toFixed(2)} × and ${timesSmall("logPageMs").toFixed(2)} ×`,
      met: pages < 3,
    },
    {
      what: "p50 of a decision with as many",
      goal: "flat: ≤ 1.2 ×",
      figure: `${timesSmall("decisionMs").toFixed(2)} ×`,
      met: timesSmall("decisionMs") <= 1.2,
    },
    {
      what: "second quickstart, until the sign-in page is served",
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

export function valuesOf(rounds: Round[] | undefined, field: keyof Round): number[] {
  return (rounds ?? []).map((round) => round[field]);
}
