import { spawnSync } from "node:child_process";
import { readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

export type Postmaster = {
  pid: number;
  port: number;
};

/**
 * Reads `postmaster.pid`, PostgreSQL's lock file in its data directory: process id, folder, start time, port, …, and on the seventh
 * line the key and id of its shared memory. When the server is killed, the file remains.
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

/** Whether a server may be running on the folder; it may be starting or stopping. */
export function hasLivePostmaster(folder: string): boolean {
  const lines = readLock(folder).split("\n");
  const pid = Number(lines[0]);
  if (!pid || !exists(pid)) return false;
  const sharedMemoryId = lines[6]?.trim().split(/\s+/)[1];
  return looksLikePostgres(pid) || isSharedMemoryInUse(sharedMemoryId);
}

/**
 * Removes a lock file that would prevent PostgreSQL from starting, because it names a zombie or a process of another program, as
 * after a restart of the machine or container. Call it only when no server is running. A lock file of a dead process is left to
 * PostgreSQL, which first makes sure that its child processes are gone too. Removing the lock of a live server would let two
 * servers write to one folder, so the file is checked again after it was moved aside.
 */
export function removeStaleLock(folder: string): void {
  const content = readLock(folder);
  if (!content || !exists(Number(content.split("\n")[0]))) return;
  const aside = `${lockFile(folder)}.${process.pid}`;
  renameSync(lockFile(folder), aside);
  if (readFileSync(aside, "utf8") === content) rmSync(aside);
  else renameSync(aside, lockFile(folder));
}

/** Whether a process is alive. A zombie isn't: process 1 of a container may never reap its children. */
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

/** True if in doubt. */
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

/** Linux lists shared memory segments; the seventh column is the number of attached processes. */
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
