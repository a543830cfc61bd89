import { Gauge, type Registry } from "prom-client";
import { databaseTime } from "@/lib/engine/leases/lease";
import { parseTimestamp } from "@/lib/engine/log/timestamp";
import { deliveryCounts } from "@/lib/server/events/delivery-counts";
import type { Runtime } from "@/lib/server/runtime";
import { programVersion } from "@/lib/server/version";
import { jobResults } from "../upkeep";

type GaugeOf = [name: string, help: string, read: () => number];

export function addGauges(registry: Registry, server: Runtime): void {
  const registers = [registry];
  for (const [name, help, read] of [
    ...leaseGauges(server),
    ...logGauges(server),
    ...databaseGauges(server),
    ...otlpGauges(server),
  ])
    new Gauge({
      ...{ name, help, registers },
      collect() {
        this.set(read());
      },
    });
  new Gauge({
    name: "keyward_job_last_duration_seconds",
    help: "How long the last run of a periodic job took.",
    labelNames: ["job"],
    registers,
    collect() {
      for (const [job, { lastSeconds }] of jobResults) this.set({ job }, lastSeconds);
    },
  });
  new Gauge({
    name: "keyward_service_token_last_used_timestamp_seconds",
    help: "When this process last accepted a service token, by its label and the beginning of its digest.",
    labelNames: ["label", "digest"],
    registers,
    collect() {
      for (const { label, digestStart, lastUsedAt } of server.serviceTokenUses.all())
        this.set({ label, digest: digestStart }, lastUsedAt / 1000);
    },
  });
  const version = { version: programVersion, node: process.versions.node };
  new Gauge({
    name: "keyward_build_info",
    help: "1, with the versions of Keyward and Node.js.",
    labelNames: ["version", "node"],
    registers,
  }).set(version, 1);
}

function leaseGauges({ engine: { leaseKeeper } }: Runtime): GaugeOf[] {
  const until = () => leaseKeeper.lease?.until.mono ?? 0;
  return [
    [
      "keyward_lease_held",
      "1 while the process may decide from memory.",
      () => Number(leaseKeeper.holdsLease),
    ],
    [
      "keyward_lease_remaining_seconds",
      "How long the process may decide from memory without another renewal.",
      () => Math.max(0, (until() - performance.now()) / 1000),
    ],
    [
      "keyward_lease_age_seconds",
      "How long ago the last renewal of the lease was sent that succeeded; since the process started if none did.",
      () => (performance.now() - Math.max(0, until() - leaseKeeper.times.leaseMs)) / 1000,
    ],
    [
      "keyward_lease_epoch",
      "The latest change of a key, member or workspace that was applied.",
      () => leaseKeeper.lease?.applied ?? 0,
    ],
  ];
}

function logGauges({ engine, logStreams }: Runtime): GaugeOf[] {
  const { accessLog } = engine;
  return [
    [
      "keyward_access_log_healthy",
      "1 if the last entry could be written to disk.",
      () => Number(accessLog.healthy),
    ],
    [
      "keyward_access_log_undrained_entries",
      "Entries on this disk that aren't in the database yet.",
      () => accessLog.undrained,
    ],
    [
      "keyward_access_log_drain_lag_seconds",
      "How long the oldest of them has waited.",
      () => drainLagSeconds(engine),
    ],
    [
      "keyward_access_log_spool_bytes",
      "The files of this process's spool, with what is kept after it was copied.",
      () => accessLog.spool.bytes,
    ],
    ["keyward_access_log_streams", "Live views of the access log.", () => logStreams.size],
  ];
}

/** Reads the first entry that waits. Its time is the database's. */
function drainLagSeconds({ accessLog, leaseKeeper }: Runtime["engine"]): number {
  const { undrained, appendedSeq, spool } = accessLog;
  const batch = undrained > 0 ? spool.reader(appendedSeq - undrained).next(4096) : null;
  if (!batch) return 0;
  const at = parseTimestamp(batch.lines.toString("latin1", 0, batch.lines.indexOf(9)));
  const now = leaseKeeper.lease ? databaseTime(leaseKeeper.lease, performance.now()) : Date.now();
  return Math.max(0, now / 1000 - at / 1e6);
}

function databaseGauges({ pool }: Runtime): GaugeOf[] {
  return [
    ["keyward_database_connections", "Connections of the pool.", () => pool.totalCount],
    ["keyward_database_connections_idle", "Idle connections in the pool.", () => pool.idleCount],
    ["keyward_database_connections_max", "The most that the pool opens.", () => pool.options.max],
    ["keyward_database_waiting", "Queries that wait for a connection of the pool.", () => pool.waitingCount],
    [
      "keyward_deliveries_under_way",
      "Requests to endpoints of event subscriptions.",
      () => deliveryCounts.underWay,
    ],
  ];
}

/** All are 0 while nothing is sent over OTLP. */
function otlpGauges({ otlp }: Runtime): GaugeOf[] {
  return [
    [
      "keyward_otlp_waiting_entries",
      "Entries of this process that are still to be sent over OTLP.",
      () => otlp?.exporter.waiting ?? 0,
    ],
    [
      "keyward_otlp_waiting_bytes",
      "What entries that are still to be sent take on this disk, those of dead processes included.",
      () => otlp?.exporter.waitingBytes ?? 0,
    ],
    [
      "keyward_otlp_last_accepted_timestamp_seconds",
      "When the OTLP receiver last accepted entries of the access log.",
      () => otlp?.exporter.lastAcceptedAt ?? 0,
    ],
  ];
}
