import { spawnSync } from "node:child_process";
import { cpus, release, totalmem } from "node:os";

export type Machine = {
  processor: string;
  cores: number;
  memoryGigabytes: number;
  system: string;
  node: string;
  postgres: string;
  /** The CPU of the servers, and the CPUs of PostgreSQL and the load generator. Null if processes are not pinned. */
  pinned: { server: string; others: string } | null;
};

export function describeMachine(postgres: string): Machine {
  const cores = cpus();
  return {
    processor: (cores[0]?.model ?? "unknown").replace(/\s+/g, " "),
    cores: cores.length,
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    system: `Linux ${release()}`,
    node: process.versions.node,
    postgres,
    pinned: pinning(),
  };
}

let known: Machine["pinned"] | undefined;

/** Reserves one CPU for the measured server; everything else uses the others. Needs at least two CPUs and `taskset`. */
export function pinning(): Machine["pinned"] {
  if (known === undefined) {
    const count = cpus().length;
    const possible = count > 1 && spawnSync("taskset", ["--version"]).status === 0;
    known = possible ? { server: String(count - 1), others: count === 2 ? "0" : `0-${count - 2}` } : null;
  }
  return known;
}

/** Moves this process off the CPU of the servers, and so PostgreSQL and the clients, which it starts. */
export function leaveServerProcessor(): void {
  const pinned = pinning();
  if (pinned) spawnSync("taskset", ["-a", "-c", "-p", pinned.others, String(process.pid)]);
}
