import { mkdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";

/** The process that writes into a spool. `boot` identifies a start of the machine, `namespace` the PID namespace. */
type Owner = { pid: number; startedAt: string; boot: string; namespace: string };

const fileName = "owner.json";

/** Creates a spool's folder and a file that names this process as its owner. @throws when the disk fails. */
export function writeOwner(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(path.join(folder, fileName), ownerText(), { mode: 0o600 });
}

/** When a spool was begun, in milliseconds since 1970; 0 if that can't be told. */
export function startedAt(folder: string): number {
  return statSync(path.join(folder, fileName), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** What names this process in a file. */
export function ownerText(): string {
  return JSON.stringify(thisProcess());
}

/**
 * Whether the owner of a spool is certainly dead: it ran on this machine, since its last start, in our PID namespace, and its
 * PID is free or belongs to another process. False when we can't be certain.
 */
export function isOwnerGone(folder: string, name = fileName): boolean {
  try {
    const owner = JSON.parse(readFileSync(path.join(folder, name), "utf8")) as Owner;
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

/** When a process started, in clock ticks since the machine started. Empty when there is no such process. */
function startOf(pid: number): string {
  // The process name, in parentheses, may contain spaces, so count the fields after it.
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

/** Empty when there is no such file, as on systems without /proc. */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return "";
  }
}
