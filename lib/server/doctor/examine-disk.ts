import { accessSync, constants, existsSync, statfsSync, statSync } from "node:fs";
import path from "node:path";
import type { Env } from "../env";
import { type Finding, note, ok, problem, warning } from "./finding";

export type DiskFacts = {
  dataDir: string;
  exists: boolean;
  /** The error code when the folder, or the nearest one above it, can't be written. Null if it can be. */
  refusal: string | null;
  /** What kind of file system the spool is on. */
  kind: "memory" | "container layer" | "network" | "disk";
  sharesWithRoot: boolean;
  sharesWithDatabase: boolean;
  freeBytes: number;
  /** Null where the file system doesn't count files. */
  freeFiles: number | null;
  /** What the spools of this machine can take. */
  neededBytes: number;
  local: boolean;
};

/** What each process can need: entries that wait, copied ones that are kept, and those for the OTLP receiver. */
const spoolBytes = 1024 * 2 ** 20 + 256 * 2 ** 20;
const least = { bytes: 256 * 2 ** 20, files: 1000 };

export function examineDisk(env: Env): Finding[] {
  return judgeDisk(findDiskFacts(env));
}

/** The magic numbers of Linux, in statfs(2). */
const kinds: Record<number, DiskFacts["kind"]> = {
  16914836: "memory",
  2240043254: "memory",
  2035054128: "container layer",
  26985: "network",
  4283649346: "network",
  4266872130: "network",
};

function findDiskFacts({ dataDir, databaseUrl, local, workers, otlp }: Env): DiskFacts {
  const spool = nearest(path.join(dataDir, "spool"));
  const { bavail, bsize, ffree, files, type } = statfsSync(spool);
  const device = statSync(spool).dev;
  return {
    dataDir,
    exists: existsSync(dataDir),
    refusal: refusalOf(nearest(dataDir)),
    kind: (process.platform === "linux" && kinds[type]) || "disk",
    sharesWithRoot: statSync("/").dev === device,
    sharesWithDatabase:
      databaseUrl === null && statSync(nearest(path.join(dataDir, "postgres"))).dev === device,
    freeBytes: bavail * bsize,
    freeFiles: files > 0 ? ffree : null,
    neededBytes: workers * (spoolBytes + (otlp?.keptBytes ?? 0)),
    local,
  };
}

/** The folder, or the nearest one above it that exists. */
function nearest(folder: string): string {
  return existsSync(folder) ? folder : nearest(path.dirname(folder));
}

function refusalOf(folder: string): string | null {
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    return null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? "unknown reason";
  }
}

export function judgeDisk(facts: DiskFacts): Finding[] {
  return [judgeFolder(facts), judgeIsolation(facts), judgeSpace(facts)];
}

function judgeFolder({ dataDir, exists, refusal, kind, local }: DiskFacts): Finding {
  const id = "disk.data-dir";
  if (refusal) return problem(id, `${dataDir} can't be written by this account (${refusal}).`);
  const make = local ? note : problem;
  if (kind === "memory") return make(id, `${dataDir} is in memory: it is lost when the machine restarts.`);
  if (kind === "container layer")
    return (local ? note : warning)(
      id,
      `${dataDir} is in the container's own layer: it is lost with the container.`,
    );
  if (kind === "network")
    return warning(id, `${dataDir} is on a network file system: each decision waits for the network.`);
  if (!exists)
    return note(id, `${dataDir} doesn't exist yet. The first start makes it.`, "Start the server.");
  return ok(id, `${dataDir} can be written.`);
}

function judgeIsolation({ sharesWithRoot, sharesWithDatabase, local }: DiskFacts): Finding {
  const others = [
    ...(sharesWithDatabase ? ["the embedded database"] : []),
    ...(sharesWithRoot ? ["the root file system"] : []),
  ];
  if (others.length === 0) return ok("disk.spool", "The spool is on a file system of its own.");
  const make = local ? note : warning;
  return make("disk.spool", `The spool is on the same file system as ${others.join(" and ")}.`);
}

function judgeSpace({ freeBytes, freeFiles, neededBytes }: DiskFacts): Finding {
  const id = "disk.space";
  const free = megabytes(freeBytes);
  if (freeBytes < least.bytes) return problem(id, `The disk of DATA_DIR has ${free} MB left.`);
  if (freeFiles !== null && freeFiles < least.files)
    return problem(id, `The file system of DATA_DIR has room for ${freeFiles} more files.`);
  if (freeBytes < neededBytes)
    return warning(
      id,
      `The disk of DATA_DIR has ${free} MB left; while the database is away, the spool can take ${megabytes(neededBytes)} MB.`,
    );
  return ok(id, `The disk of DATA_DIR has ${free} MB left.`);
}

function megabytes(bytes: number): string {
  return Math.floor(bytes / 2 ** 20).toLocaleString("en-US");
}
