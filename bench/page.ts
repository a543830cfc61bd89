import { type ContenderName, contenderTitles } from "./contenders";
import { goalsOf, number, valuesOf } from "./goals";
import type { Round } from "./measure";
import { type RefusalName, refusalTitles } from "./refusals";
import type { Results } from "./results";
import { type Spread, spreadOf } from "./statistics";

/** Renders docs/performance.md, which is also printed. It depends only on the results, so it can't claim what wasn't measured. */
export function pageOf(results: Results): string {
  return [
    introduction(results),
    goals(results),
    closedLoop(results),
    openLoop(results),
    refused(results),
    rest(results),
  ].join("\n\n");
}

function introduction({ machine, pace, at, decisions }: Results): string {
  const { processor, cores, memoryGigabytes, system, node, postgres, pinned } = machine;
  const place = pinned
    ? `The servers run on processor ${pinned.server} alone; PostgreSQL and the client share processor ${pinned.others}.`
    : "Nothing is pinned to a processor.";
  const haste = pace.quick ? " It was a quick run: its figures say little." : "";
  const missing =
    processors(decisions.closed, "othersBusy").median + processors(decisions.closed, "stolen").median;
  const company =
    missing > 0.1
      ? ` Others had ${missing.toFixed(2)} of its processors: ratios may be compared, figures and waits may not.`
      : "";
  return `# Performance

Written by \`npm run bench -- --write\` on ${at.slice(0, 10)}, on ${cores} × ${processor}, ${memoryGigabytes} GB, ${system}, Node.js ${node},
PostgreSQL ${postgres}. ${place}${haste}${company}

All run side by side and are asked in turn, in an order of its own each round: ${pace.rounds} rounds of ${pace.seconds} s, medians, and in
parentheses the least and the most. A ratio is taken round by round. Processor time is that of the server's processes for one
answer; any answer but 200 ends the benchmark, and so does an allowed decision of which PostgreSQL has no row afterwards.`;
}

function goals(results: Results): string {
  const rows = goalsOf(results).map(({ what, goal, figure, met }) => [
    what,
    goal,
    figure,
    met ? "met" : "**not met**",
  ]);
  return `## Goals

${table(["", "goal", "measured", ""], rows)}

"Asking PostgreSQL" forgets its keys before each question, as no setting does: look-ups of one turn travel together. Not measured:
pages of the console.`;
}

function closedLoop({ decisions: { closed } }: Results): string {
  const rows = (Object.keys(contenderTitles) as ContenderName[]).map((name) => {
    const spread = (field: keyof Round) => spreadOf(valuesOf(closed[name], field));
    return [
      contenderTitles[name],
      whole(spread("answersPerSecond")),
      decimal(spread("serverMicroseconds")),
      decimal(spread("postgresMicroseconds")),
      decimal(spread("p50Ms")),
      decimal(spread("p99Ms")),
      `${Math.round(spread("serverBusy").median * 100)} %`,
    ];
  });
  const others = processors(closed, "othersBusy");
  const stolen = processors(closed, "stolen");
  return `## Decisions, as fast as they come

![Answers a second and processor time of each](images/performance.svg)

\`GET /api/forward-auth\` with a known key, a rate limit that is counted and not reached, and an access-log row of each. 64
connections to an instance are kept alive, each of which asks again once it is answered. A server that was not busy all of its time waited for the
client or for PostgreSQL, which share a processor: its processor time then tells more than its answers a second.

${table(["", "answers/s", "processor, µs", "PostgreSQL, µs", "p50, ms", "p99, ms", "busy"], rows)}

Others kept ${others.median.toFixed(2)} (${others.least.toFixed(2)}–${others.most.toFixed(2)}) of the machine's processors busy meanwhile, and its host took
${stolen.median.toFixed(2)} (${stolen.least.toFixed(2)}–${stolen.most.toFixed(2)}) of them away for other machines.
"Best setting" is secondary storage in a Map of the process and deferred updates; "default" keeps keys in the same PostgreSQL.`;
}

/** How many CPUs were busy with other processes or taken by the host, over all rounds. */
function processors(closed: Results["decisions"]["closed"], what: "othersBusy" | "stolen"): Spread {
  return spreadOf(Object.values(closed).flatMap((rounds) => valuesOf(rounds, what)));
}

function openLoop({ decisions: { open } }: Results): string {
  const rows = (Object.keys(contenderTitles) as ContenderName[])
    .filter((name) => open[name])
    .map((name) => {
      const spread = (field: keyof Round) => spreadOf(valuesOf(open[name], field));
      return [
        contenderTitles[name],
        decimal(spread("p50Ms")),
        decimal(spread("p99Ms")),
        decimal(spread("serverMicroseconds")),
      ];
    });
  return `## Decisions, a thousand a second

Sent on time, whether or not earlier ones were answered.

${table(["", "p50, ms", "p99, ms", "processor, µs"], rows)}`;
}

function refused({ refusals }: Results): string {
  const rows = (Object.keys(refusalTitles) as RefusalName[]).map((name) => {
    const { answersPerSecond, serverMicroseconds, queriesPerThousand } = refusals[name];
    return [
      refusalTitles[name],
      number(answersPerSecond),
      serverMicroseconds.toFixed(1),
      queriesPerThousand.toFixed(1),
    ];
  });
  return `## Keys that are none

From one address. Look-ups of one turn travel together, so several keys may share a query.

${table(["", "answers/s", "processor, µs", "queries a thousand"], rows)}`;
}

function rest({ growth: { small, large }, logWriting, starts }: Results): string {
  const sizes = [small, large].map((size) => [
    number(size.keys),
    number(size.rows),
    ...[size.keyPageMs, size.logPageMs, size.decisionMs].map((milliseconds) => milliseconds.toFixed(2)),
  ]);
  return `## Size

${table(["keys", "rows", "key page, p95 ms", "log page, p95 ms", "decision at 1,000/s, p50 ms"], sizes)}

The workspace that is asked has at most 10,000 of the keys, as many as it may have live; the others are other workspaces'.
\`-- --keys 1000000 --rows 10000000\` measures at other sizes.

## The rest

- Access log: ${number(logWriting.rows)} rows at ${number(logWriting.writerPerSecond)} a second from entry to PostgreSQL; one COPY of the same rows takes ${number(logWriting.copyPerSecond)} a second.
- \`npm run quickstart\`: ${starts.firstSeconds.toFixed(1)} s at first, once installed and built, with the making of the database; ${starts.secondSeconds.toFixed(1)} s again.`;
}

function whole({ median, least, most }: Spread): string {
  return `${number(median)} (${number(least)}–${number(most)})`;
}

function decimal({ median, least, most }: Spread): string {
  const digits = median < 10 ? 2 : median < 100 ? 1 : 0;
  return `${median.toFixed(digits)} (${least.toFixed(digits)}–${most.toFixed(digits)})`;
}

function table(heads: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
  return [
    line(heads),
    line(heads.map((_, column) => (column === 0 ? "---" : "---:"))),
    ...rows.map(line),
  ].join("\n");
}
