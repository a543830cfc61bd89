import type { BenchDatabase } from "./bench-database";
import {
  type Contender,
  type ContenderName,
  contenderTitles,
  slowToWarm,
  startContender,
} from "./contenders";
import { measure, type Round } from "./measure";
import type { Pace } from "./options";
import { shuffled } from "./statistics";

/** The rounds of each contender, in order. Rounds with the same index were measured together. */
export type Rounds = Record<ContenderName, Round[]>;
export type DecisionResults = {
  /** Closed loop: 64 connections, each of which sends the next request after the response. */
  closed: Rounds;
  /** Open loop: 1,000 requests per second. Only some contenders. */
  open: Partial<Rounds>;
};

const openLoop: readonly ContenderName[] = ["bare", "keyward", "betterAuth"];
const requestsPerSecond = 1000;

/** All contenders run at the same time. Each round measures every one once, in random order. */
export async function measureDecisions(
  bench: BenchDatabase,
  pace: Pace,
  report: (line: string) => void,
): Promise<DecisionResults> {
  const contenders: Contender[] = [];
  for (const name of Object.keys(contenderTitles) as ContenderName[]) {
    report(`Starting ${contenderTitles[name]} …`);
    contenders.push(await startContender(name, bench));
  }
  try {
    for (const contender of contenders) {
      const seconds = slowToWarm.has(contender.name) ? pace.longWarmSeconds : pace.warmSeconds;
      await measure(contender, { seconds, leadSeconds: 0 }, bench.pid);
    }
    const closed = await inRounds(contenders, pace, bench, report, {});
    const chosen = contenders.filter(({ name }) => openLoop.includes(name));
    const open = await inRounds(chosen, pace, bench, report, { rate: requestsPerSecond });
    return { closed: closed as Rounds, open };
  } finally {
    await Promise.all(contenders.flatMap(({ servers }) => servers.map((server) => server.stop())));
  }
}

async function inRounds(
  contenders: Contender[],
  pace: Pace,
  bench: BenchDatabase,
  report: (line: string) => void,
  load: { rate?: number },
): Promise<Partial<Rounds>> {
  const rounds: Partial<Rounds> = {};
  for (let number = 1; number <= pace.rounds; number += 1) {
    for (const contender of shuffled(contenders)) {
      const { seconds, leadSeconds } = pace;
      const round = await measure(contender, { seconds, leadSeconds, ...load }, bench.pid);
      rounds[contender.name] = [...(rounds[contender.name] ?? []), round];
      report(
        `${load.rate ? `${load.rate}/s` : "as fast as it can"}, round ${number}: ${contenderTitles[contender.name]}: ` +
          `${Math.round(round.answersPerSecond)}/s, ${round.serverMicroseconds.toFixed(1)} µs, ` +
          `p50 ${round.p50Ms.toFixed(2)} ms, p99 ${round.p99Ms.toFixed(2)} ms`,
      );
    }
  }
  return rounds;
}
