import { type ContenderName, contenderTitles } from "./contenders";
import { eventSection } from "./event-page";
import { goalsOf, valuesOf } from "./goals";
import { logSection } from "./log-page";
import type { Round } from "./measure";
import { decimal, number, table, whole } from "./page-text";
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
    eventSection(results.events),
    ...(results.log ? [logSection(results.log)] : []),
    rest(results),
  ].join("\n\n");
}

function introduction({ machine, pace, at, decisions }: Results): string {
  const { processor, cores, memoryGigabytes, system, node, postgres, pinned } = machine;
  const place = pinned
    ? `The servers run on CPU ${pinned.server}; PostgreSQL and the client share CPU ${pinned.others}.`
    : "No process is pinned to a CPU.";
  const haste = pace.quick ? " This was a quick run, so the figures mean little." : "";
  const missing =
    processors(decisions.closed, "othersBusy").median + processors(decisions.closed, "stolen").median;
  const company =
    missing > 0.1
      ? ` Other processes used ${missing.toFixed(2)} CPUs: compare ratios, but not absolute figures.`
      : "";
  return `# Performance

Written by \`npm run bench -- --write\` on ${at.slice(0, 10)}, on ${cores} × ${processor}, ${memoryGigabytes} GB, ${system}, Node.js ${node},
PostgreSQL ${postgres}. ${place}${haste}${company}

All servers run at the same time and are measured in turn, in random order: ${pace.rounds} rounds of ${pace.seconds} s. Figures are medians,
with the range in parentheses. Ratios are computed per round. CPU time is that of the server's processes per response. The benchmark
aborts on any response but 200, and when an allowed decision is missing in PostgreSQL afterwards.`;
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

"Querying PostgreSQL" forgets its keys before each request, which no setting does; simultaneous look-ups share a query. Pages of the
console are not measured.`;
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
      `${Math.round(spread("serverBusy").median * 100)}%`,
    ];
  });
  const others = processors(closed, "othersBusy");
  const stolen = processors(closed, "stolen");
  return `## Maximum throughput

![Responses per second and CPU time of each contender](images/performance.svg)

\`GET /api/forward-auth\` with a known key, a rate limit that is not reached, and an access log entry for each request. 64 keep-alive
connections per instance each send the next request after the response. A server that was not fully busy waited for the client or
PostgreSQL, which share a CPU. Its CPU time then says more than its responses per second.

${table(["", "responses/s", "CPU, µs", "PostgreSQL, µs", "p50, ms", "p99, ms", "busy"], rows)}

Other processes used ${others.median.toFixed(2)} (${others.least.toFixed(2)}–${others.most.toFixed(2)}) CPUs during the measurement, and the host gave
${stolen.median.toFixed(2)} (${stolen.least.toFixed(2)}–${stolen.most.toFixed(2)}) CPUs to other machines.
"Best setting" is secondary storage in a Map in the process and deferred updates; "default" keeps keys in the same PostgreSQL.`;
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
  return `## A thousand decisions per second

Requests are sent on time, regardless of earlier responses.

${table(["", "p50, ms", "p99, ms", "CPU, µs"], rows)}`;
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
  return `## Unknown keys

From one address. Simultaneous look-ups share a query.

${table(["", "responses/s", "CPU, µs", "queries per 1,000"], rows)}`;
}

function rest({ growth: { small, large }, logWriting, starts }: Results): string {
  const sizes = [small, large].map((size) => [
    number(size.keys),
    number(size.rows),
    ...[size.keyPageMs, size.logPageMs, size.decisionMs].map((milliseconds) => milliseconds.toFixed(2)),
  ]);
  return `## Size

${table(["keys", "rows", "keys page, p95 ms", "log page, p95 ms", "decision at 1,000/s, p50 ms"], sizes)}

The measured workspace has at most 10,000 of the keys, the maximum for one workspace; the others belong to other workspaces.
\`-- --keys 1000000 --rows 10000000\` measures other sizes.

## The rest

- Access log: ${number(logWriting.rows)} rows at ${number(logWriting.writerPerSecond)} per second from entry to PostgreSQL; one COPY of the same rows reaches ${number(logWriting.copyPerSecond)} per second.
- \`npm run quickstart\`, after installing and building: ${starts.firstSeconds.toFixed(1)} s the first time, including creating the database; ${starts.secondSeconds.toFixed(1)} s the second time.`;
}
