import { spawnSync } from "node:child_process";
import { readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

export interface Postmaster {
  pid: number;
  port: number;
}

/**
 * Reads `postmaster.pid`, PostgreSQL's lock on its data directory: process id, folder, start time, port, …, and on the
 * seventh line the key and the id of its shared memory. The file stays behind when the server is killed.
 */
export function readPostmaster(folder: string): Postmaster | null {
  const lines = readLock(folder).split("\n");
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  return pid && port ? { pid, port } : null;
}

const lockFile = (folder: string) => join(folder, "postmaster.pid");

function readLock(folder: string): string {
  try {
    return readFileSync(lockFile(folder), "utf8");
  } catch {
    return "";
  }
}

/** True while a server may be running on the folder, be it only starting or stopping. */
export function hasLivePostmaster(folder: string): boolean {
  const lines = readLock(folder).split("\n");
  const pid = Number(lines[0]);
  if (!pid || !exists(pid)) return false;
  const sharedMemoryId = lines[6]?.trim().split(/\s+/)[1];
  return looksLikePostgres(pid) || isSharedMemoryInUse(sharedMemoryId);
}

/**
 * A lock that names some other program's process, as after a restart of the machine or of a container, or a process
 * that has ended without being collected, would keep PostgreSQL from ever starting: call this when it is known that no
 * server runs. A lock of a dead process is left to PostgreSQL, which first makes sure that its children are gone too.
 * Removing a living server's lock would let two servers write to one folder, so what was removed is looked at again.
 */
export function removeStaleLock(folder: string): void {
  const judged = readLock(folder);
  if (!judged || !exists(Number(judged.split("\n")[0]))) return;
  const aside = `${lockFile(folder)}.${process.pid}`;
  renameSync(lockFile(folder), aside);
  if (readFileSync(aside, "utf8") === judged) rmSync(aside);
  else renameSync(aside, lockFile(folder));
}

/** False also for a process that has ended but that its parent never collects, as the first one of a container may not. */
export function isAlive(pid: number): boolean {
  if (!exists(pid)) return false;
  try {
    return process.platform !== "linux" || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** In doubt, true. */
function looksLikePostgres(pid: number): boolean {
  if (process.platform === "win32") return true;
  try {
    if (process.platform === "linux")
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("postgres");
  } catch {
    return true;
  }
  const { status, stdout } = spawnSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8" });
  return status !== 0 || stdout.includes("postgres");
}

/** Linux lists each piece of shared memory with the number of processes attached to it, seventh column. */
function isSharedMemoryInUse(id: string | undefined): boolean {
  try {
    const rows = readFileSync("/proc/sysvipc/shm", "utf8")
      .split("\n")
      .map((row) => row.trim().split(/\s+/));
    return rows.some((columns) => columns[1] === id && Number(columns[6]) > 0);
  } catch {
    return false;
  }
}
