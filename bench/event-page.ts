import { type ChangeName, changeTitles } from "./event-changes";
import { type ListName, listTitles } from "./event-lists";
import type { EventResults } from "./events";
import { decimal, number, table, times, whole } from "./page-text";
import { ratioOf, type Spread, spreadOf } from "./statistics";

export type Goal = { what: string; goal: string; figure: string; met: boolean };

export function eventGoals({ delivering, waiting, lists }: EventResults): Goal[] {
  const rate = spreadOf(delivering.map(({ perSecond }) => perSecond));
  const processor = spreadOf(delivering.map(({ serverMicroseconds }) => serverMicroseconds));
  const slowest = spreadOf(waiting.answering.map(({ p99Ms }) => p99Ms));
  const hanging = hangingRatio(waiting);
  const largest = Math.max(...listNames.map((name) => listRatio(lists, name).median));
  return [
    {
      what: "events delivered by one instance on one core, to endpoints that answer at once",
      goal: "≥ 1,000/s",
      figure: `${whole(rate)}/s, ${number(1e6 / processor.median)} per second of CPU time`,
      met: rate.median >= 1000,
    },
    {
      what: "from commit to first attempt, p99 at 100 events per second",
      goal: "≤ 1,000 ms",
      figure: `${whole(slowest)} ms`,
      met: slowest.median <= 1000,
    },
    {
      what: "the same for nine endpoints while a tenth never answers",
      goal: "< 1.2 ×",
      figure: times(hanging),
      met: hanging.median < 1.2,
    },
    {
      what: `first page of ${number(lists.many)} deliveries, with the slowest filter`,
      goal: `< 3 × that of ${number(lists.few)}`,
      figure: `${largest.toFixed(2)} ×`,
      met: largest < 3,
    },
  ];
}

export function eventSection(results: EventResults): string {
  const { at, machine, plan, delivering, waiting } = results;
  const spread = (field: keyof EventResults["delivering"][number]): Spread =>
    spreadOf(delivering.map((round) => round[field]));
  const others = spread("othersBusy");
  const waits = (["answering", "hanging"] as const).map((name) => [
    name === "answering" ? "all ten answer" : "the tenth never answers",
    whole(spreadOf(waiting[name].map(({ p50Ms }) => p50Ms))),
    whole(spreadOf(waiting[name].map(({ p99Ms }) => p99Ms))),
  ]);
  return `## Events

Measured on ${at.slice(0, 10)} with Node.js ${machine.node} and PostgreSQL ${machine.postgres}, in ${plan.rounds} rounds. One instance${machine.pinned ? ` on CPU ${machine.pinned.server}` : ""} delivers the events of ten
subscriptions over https to ten ports of a receiver in another process, which shares ${machine.pinned ? `CPU ${machine.pinned.others}` : "the CPUs"} with PostgreSQL. The
receiver answers 204 at once. During the first table other processes, the receiver among them, used ${others.median.toFixed(2)} (${others.least.toFixed(2)}–${others.most.toFixed(2)}) CPUs.
An instance that was less than fully busy waited for them or for PostgreSQL: then its CPU time says more than its deliveries per second.

A backlog of ${number(plan.deliveries)} events, until all are stored as delivered:

${table(
  ["deliveries/s", "CPU, µs", "PostgreSQL, µs", "busy"],
  [
    [
      whole(spread("perSecond")),
      whole(spread("serverMicroseconds")),
      whole(spread("postgresMicroseconds")),
      `${Math.round(spread("serverBusy").median * 100)}%`,
    ],
  ],
)}

From before the commit of an event until its first request has arrived. 100 events per second, each for one subscription, for
${plan.waitSeconds} s; only those for the first nine are counted. An instance that has nothing to do looks for events every 250 ms.

${table(["", "p50, ms", "p99, ms"], waits)}

A key created and revoked over HTTP, with PostgreSQL's CPU time. Ratios compare with the first row, round by round.

${changeTable(results)}

The first 50 deliveries of a subscription over HTTP, p50:

${listTable(results)}`;
}

function changeTable({ changes }: EventResults): string {
  const field = (name: ChangeName, what: "ms" | "postgresMicroseconds") =>
    changes[name].map((one) => one[what]);
  const rows = (Object.keys(changeTitles) as ChangeName[]).map((name) => [
    changeTitles[name],
    decimal(spreadOf(field(name, "ms"))),
    times(ratioOf(field(name, "ms"), field("without", "ms"))),
    times(ratioOf(field(name, "postgresMicroseconds"), field("without", "postgresMicroseconds"))),
  ]);
  return table(["", "ms", "ratio", "PostgreSQL, ratio"], rows);
}

function listTable({ lists }: EventResults): string {
  const rows = listNames.map((name) => [
    listTitles[name],
    decimal(spreadOf(lists.times[name].few)),
    decimal(spreadOf(lists.times[name].many)),
    times(listRatio(lists, name)),
  ]);
  return table(["", `of ${number(lists.few)}, ms`, `of ${number(lists.many)}, ms`, "ratio"], rows);
}

const listNames = Object.keys(listTitles) as ListName[];

function listRatio(lists: EventResults["lists"], name: ListName): Spread {
  return ratioOf(lists.times[name].many, lists.times[name].few);
}

function hangingRatio({ answering, hanging }: EventResults["waiting"]): Spread {
  return ratioOf(
    hanging.map(({ p99Ms }) => p99Ms),
    answering.map(({ p99Ms }) => p99Ms),
  );
}
