import type { Goal } from "./event-page";
import { type LogSize, logDays, logKeys } from "./log-fill";
import { type LogResults, type ReadName, readTitles } from "./log-reading";
import { decimal, number, table, times, whole } from "./page-text";
import { ratioOf, type Spread, spreadOf } from "./statistics";

const names = Object.keys(readTitles) as ReadName[];
/** How much larger than the measured one the log of the arithmetic is. */
const paperRows = 100_000_000;

export function logGoals(results: LogResults): Goal[] {
  const { few, many } = results;
  const ratios = names.map((name) => ratioOfReads(results, name).median);
  const slowest = names.map((name) => p95(many.reads[name]).median);
  const rate = spreadOf(many.exports.map(({ perSecond }) => perSecond));
  const grown = many.exports.map(({ leastMegabytes, mostMegabytes }) => mostMegabytes - leastMegabytes);
  const tail = [...many.tailMs].sort((a, b) => a - b);
  const rows = number(many.size.rows);
  return [
    {
      what: `reading the access log with ${rows} rows, the slowest of the table below`,
      goal: `≤ 3 × that with ${number(few.size.rows)}`,
      figure: `${Math.max(...ratios).toFixed(2)} ×`,
      met: Math.max(...ratios) <= 3,
    },
    {
      what: "the same, p95",
      goal: "≤ 150 ms",
      figure: `${Math.max(...slowest).toFixed(1)} ms`,
      met: Math.max(...slowest) <= 150,
    },
    {
      what: `export of the access log with ${rows} rows`,
      goal: "≥ 50,000 rows/s",
      figure: `${whole(rate)} rows/s`,
      met: rate.median >= 50_000,
    },
    {
      what: "memory of the instance during that",
      goal: "flat: within 64 MB",
      figure: `within ${number(Math.max(...grown))} MB`,
      met: Math.max(...grown) <= 64,
    },
    {
      what: "from a request to its entry in a live view",
      goal: "≤ 1,000 ms",
      figure: `p50 ${number(percentile(tail, 0.5))} ms, at most ${number(tail.at(-1) ?? Number.NaN)} ms`,
      met: (tail.at(-1) ?? Number.NaN) <= 1000,
    },
  ];
}

export function logSection(results: LogResults): string {
  const { at, machine, rounds, few, many } = results;
  const reads = names.map((name) => [
    readTitles[name],
    decimal(spreadOf(few.reads[name].map(({ p50Ms }) => p50Ms))),
    decimal(spreadOf(many.reads[name].map(({ p50Ms }) => p50Ms))),
    decimal(p95(few.reads[name])),
    decimal(p95(many.reads[name])),
    times(ratioOfReads(results, name)),
  ]);
  const streams = [few, many].map(({ size, exports, tailMs }) => {
    const tail = [...tailMs].sort((a, b) => a - b);
    return [
      number(size.rows),
      whole(spreadOf(exports.map(({ perSecond }) => perSecond))),
      `${number(Math.min(...exports.map(({ leastMegabytes }) => leastMegabytes)))}–${number(Math.max(...exports.map(({ mostMegabytes }) => mostMegabytes)))}`,
      number(percentile(tail, 0.5)),
      number(percentile(tail, 0.95)),
      number(tail.at(-1) ?? Number.NaN),
    ];
  });
  return `## Reading the access log

Written by \`npm run bench -- --log --write\` on ${at.slice(0, 10)} with Node.js ${machine.node} and PostgreSQL ${machine.postgres}, in ${rounds} rounds. Two databases have the
requests of ${logDays} days by ${logKeys} keys in one workspace, spread evenly, with partitions by day and all counts by minute, hour and day. PostgreSQL
has the settings of the quickstart (128 MB of shared buffers). Both are asked in turn over HTTP, one request at a time, by a server
without the console that runs the functions of the console's routes; the time of the session's check is missing. Exports, up to
a million rows, and live views are those of the API. The ratio is that of the p95.

${table(
  [
    "",
    `${number(few.size.rows)}, p50 ms`,
    `${number(many.size.rows)}, p50 ms`,
    `${number(few.size.rows)}, p95 ms`,
    `${number(many.size.rows)}, p95 ms`,
    "ratio",
  ],
  reads,
)}

${table(["rows", "exported rows/s", "memory, MB", "live view p50, ms", "p95, ms", "most, ms"], streams)}

${onPaper(many.size)}`;
}

/** What a larger log has, from the rows and bytes of the measured one. */
function onPaper({ rows, entriesBytes, countsBytes, counts, seconds }: LogSize): string {
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
  const total = (what: "keys" | "callers" | "workspaces") =>
    number(counts.minute[what] + counts.hour[what] + counts.day[what]);
  const factor = paperRows / rows;
  const hours = 24 * logDays;
  return `The larger log takes ${gigabytes(entriesBytes)} for its entries, ${number(entriesBytes / rows)} bytes for each with its indexes, and
${gigabytes(countsBytes)} for ${total("keys")} counts by key, ${total("callers")} by caller and ${total("workspaces")} of the workspace. It was filled in ${number(seconds)} s.

### ${number(paperRows)} rows, on paper

Not measured. With the same keys and callers over the same ${logDays} days:

- Entries: ${number(factor)} × ${gigabytes(entriesBytes)} = ${gigabytes(factor * entriesBytes)}, in partitions of ${number(paperRows / logDays)} rows. The first rows are fifty entries of the newest
  partition, by an index in the order of the list, whether all are asked for, those of a key or those of a code. A B-tree with ${number(factor)}
  times the rows has at most one level more. A look-up of a request id reads one bucket of a hash index in each partition, and there are
  as many partitions as days.
- Counts: a key has a row for each hour, code and source that occurred, however many entries there are. Of ${number(counts.hour.keys)} rows by hour there
  can become at most ${logKeys} keys × ${number(hours)} hours × 7 codes × 1 source = ${number(logKeys * hours * 7)}, and by day ${number(logKeys * logDays * 7)} (${number(counts.day.keys)} now). The workspace's counts, for
  the chart and the most frequent routes and callers, are bounded in the same way: ${number(counts.day.workspaces)} rows by day now, and at most
  7 codes × 2 sources × (1 + 30 routes + 500 callers) × ${logDays} days = ${number(7 * 2 * 531 * logDays)}.
- So what a page reads grows with keys, callers and codes up to these bounds, and not with entries.
- Exports read page after page in the order of an index, so their rate doesn't depend on the size.`;
}

function ratioOfReads({ few, many }: LogResults, name: ReadName): Spread {
  return ratioOf(
    many.reads[name].map(({ p95Ms }) => p95Ms),
    few.reads[name].map(({ p95Ms }) => p95Ms),
  );
}

function p95(timings: { p95Ms: number }[]): Spread {
  return spreadOf(timings.map(({ p95Ms }) => p95Ms));
}

function percentile(sorted: number[], share: number): number {
  return sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
}
