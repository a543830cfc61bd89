import { Chapter } from "@/components/docs/chapter";
import { Mono } from "@/components/docs/mono";
import { PageHeader } from "@/components/ui/page-header";
import { busyShare, connectionsPerProcess, costs, diskReserve } from "./estimate-size";
import { SizeCalculator } from "./size-calculator";

const percent = `${busyShare * 100}%`;
const formulas = [
  [
    "Instances",
    `peak per second × ${costs.instanceMicroseconds} µs ÷ ${percent}, rounded up, and one more. At least two`,
  ],
  ["PostgreSQL’s cores", `peak per second × ${costs.postgresMicroseconds} µs ÷ ${percent}, rounded up`],
  ["PostgreSQL’s connections", `instances × ${connectionsPerProcess}`],
  [
    "PostgreSQL’s disk",
    `(requests per day × days × ${costs.entryBytes + costs.countBytes} bytes + keys × ${costs.keyBytes.toLocaleString("en-US")} bytes) × ${diskReserve}`,
  ],
] as const;

export function Scaling() {
  return (
    <>
      <PageHeader title="Scaling">
        How many machines you need. The costs were measured on a virtual machine with two Xeon cores, so
        measure your own before you rely on them.
      </PageHeader>
      <div className="grid gap-8">
        <SizeCalculator />
        <Chapter title="The formulas">
          <dl className="grid gap-3">
            {formulas.map(([name, formula]) => (
              <div key={name}>
                <dt className="font-medium">{name}</dt>
                <dd className="text-muted">{formula}</dd>
              </div>
            ))}
          </dl>
          <p>
            The times are for one decision with its rate limit and its entry in the access log, when three
            instances share one database. A core that is busy for more than {percent} of the time answers
            late.
          </p>
        </Chapter>
        <Chapter title="Add capacity">
          <p>
            An instance uses one core. To use more cores of a machine, set <Mono>WORKERS</Mono>; to use more
            machines, start more instances with the same <Mono>DATABASE_URL</Mono>. Revocations, rate limits
            and quotas are shared in both cases.
          </p>
          <p>
            To keep less of the access log, lower <Mono>ACCESS_LOG_RETENTION_DAYS</Mono> and send the log to
            another store over OTLP.
          </p>
        </Chapter>
      </div>
    </>
  );
}
