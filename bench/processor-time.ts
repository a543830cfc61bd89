import { readdirSync, readFileSync } from "node:fs";

/** Linux reports CPU time in hundredths of a second. */
const ticksPerSecond = 100;

/** The CPU time that a process has used, including all its threads, in seconds. */
export function processorSeconds(pid: number): number {
  const { user, system } = statOf(pid);
  return (user + system) / ticksPerSecond;
}

/** The same for PostgreSQL: the postmaster and its child processes, including those that have exited. */
export function postgresSeconds(postmaster: number): number {
  const own = statOf(postmaster);
  let ticks = own.user + own.system + own.endedChildren;
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = findStat(Number(name));
    if (stat?.parent === postmaster) ticks += stat.user + stat.system;
  }
  return ticks / ticksPerSecond;
}

/**
 * The CPU time of the whole machine since its start, in seconds, and the time that the host gave to other machines ("steal",
 * proc_stat(5)), which is 0 if the host doesn't report it.
 */
export function machineSeconds(): { used: number; stolen: number } {
  const [line = ""] = readFileSync("/proc/stat", "utf8").split("\n");
  const ticks = line.split(/\s+/).slice(1).map(Number);
  const [user = 0, nice = 0, system = 0, _idle, _wait, interrupts = 0, softInterrupts = 0, stolen = 0] =
    ticks;
  const used = user + nice + system + interrupts + softInterrupts;
  return { used: used / ticksPerSecond, stolen: stolen / ticksPerSecond };
}

/** The resident memory of a process, in megabytes. */
export function residentMegabytes(pid: number): number {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) / 1024;
}

export function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

type Stat = { parent: number; user: number; system: number; endedChildren: number };

function statOf(pid: number): Stat {
  const stat = findStat(pid);
  if (!stat) throw new Error(`Process ${pid} exited during the measurement`);
  return stat;
}

function findStat(pid: number): Stat | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return null;
  }
  // The name, in parentheses, may contain anything. After the last parenthesis come fields 3 and following (proc(5)).
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const [parent, user, system, ended, endedSystem] = [1, 11, 12, 13, 14].map((at) => Number(fields[at]));
  return {
    parent: parent ?? 0,
    user: user ?? 0,
    system: system ?? 0,
    endedChildren: (ended ?? 0) + (endedSystem ?? 0),
  };
}
