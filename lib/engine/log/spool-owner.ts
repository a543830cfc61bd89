import { mkdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import path from "node:path";

/** Who writes into a spool: a process, of a start of a machine, as far as this machine can tell. */
type Owner = { pid: number; startedAt: string; boot: string; namespace: string };

const fileName = "owner.json";

/** Makes a spool's folder and says there whose it is. @throws where the disk refuses. */
export function writeOwner(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(path.join(folder, fileName), JSON.stringify(thisProcess()), { mode: 0o600 });
}

/**
 * Whether the process that wrote into a spool is certainly gone: a process of this machine since it started, of the processes
 * that are seen from here, whose number is free or was given to another. Of any other nothing is certain.
 */
export function isOwnerGone(folder: string): boolean {
  try {
    const owner = JSON.parse(readFileSync(path.join(folder, fileName), "utf8")) as Owner;
    const own = thisProcess();
    if (owner.boot === "" || owner.boot !== own.boot || owner.namespace !== own.namespace) return false;
    return startOf(owner.pid) !== owner.startedAt;
  } catch {
    return false;
  }
}

function thisProcess(): Owner {
  return {
    pid: process.pid,
    startedAt: startOf(process.pid),
    boot: read("/proc/sys/kernel/random/boot_id"),
    namespace: namespace(),
  };
}

/** When a process started, in ticks since the machine did; empty where there is no such process. */
function startOf(pid: number): string {
  // The name, in parentheses, may hold anything: fields are counted from behind it.
  const status = read(`/proc/${pid}/stat`);
  return status.slice(status.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}

function namespace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "";
  }
}

/** Empty where this system has no such file. */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return "";
  }
}
