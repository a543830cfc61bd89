import { Counter, type Registry } from "prom-client";
import { deliveryCounts } from "@/lib/server/events/delivery-counts";
import type { Runtime } from "@/lib/server/runtime";
import { jobResults } from "../upkeep";

type Values = Iterable<[labels: Record<string, string>, value: number]>;

/** Adds counters whose values are kept elsewhere. */
export function addCounters(registry: Registry, { engine: { accessLog }, otlp }: Runtime): void {
  const counters: [name: string, help: string, labelNames: string[], read: () => Values][] = [
    [
      "keyward_decisions_total",
      "Decisions about keys, and sign-ins (source console), by source and code; valid if allowed.",
      ["source", "code"],
      () =>
        Object.entries(accessLog.counts.byCode).flatMap(([source, counts]) =>
          labelled("code", counts).map(([code, count]): [Record<string, string>, number] => [
            { source, ...code },
            count,
          ]),
        ),
    ],
    [
      "keyward_access_log_refused_total",
      "Entries that couldn't be written to disk. If the log is required, their requests were answered 503.",
      [],
      () => [[{}, accessLog.refused]],
    ],
    [
      "keyward_delivery_attempts_total",
      "Requests to endpoints of event subscriptions by what became of the delivery; a pending one is attempted again.",
      ["outcome"],
      () => labelled("outcome", deliveryCounts.attempts),
    ],
    [
      "keyward_otlp_sent_entries_total",
      "Entries that the OTLP receiver accepted.",
      [],
      () => [[{}, otlp?.exporter.sent ?? 0]],
    ],
    [
      "keyward_otlp_lost_entries_total",
      "Entries that aren't sent over OTLP: too many waited (full), their files were deleted (gone), the receiver refused them (refused), or they couldn't be read (unreadable).",
      ["reason"],
      () => labelled("reason", otlp?.exporter.lost ?? {}),
    ],
    [
      "keyward_otlp_requests_total",
      "Requests with entries to the OTLP receiver by result: accepted, retry or refused.",
      ["result"],
      () => labelled("result", otlp?.exporter.requests ?? {}),
    ],
    ["keyward_job_runs_total", "Runs of each periodic job.", ["job"], () => ofJobs("runs")],
    ["keyward_job_failures_total", "Failed runs of each periodic job.", ["job"], () => ofJobs("failures")],
  ];
  for (const [name, help, labelNames, read] of counters)
    new Counter({
      ...{ name, help, labelNames, registers: [registry] },
      collect() {
        this.reset();
        for (const [labels, value] of read()) this.inc(labels, value);
      },
    });
}

function labelled(label: string, values: Record<string, number>): [Record<string, string>, number][] {
  return Object.entries(values).map(([value, count]) => [{ [label]: value }, count]);
}

function ofJobs(field: "runs" | "failures"): [Record<string, string>, number][] {
  return Array.from(jobResults, ([job, result]) => [{ job }, result[field]]);
}
