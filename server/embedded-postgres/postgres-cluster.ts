import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  accessSync,
  chmodSync,
  constants,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { type PostgresAccount, type PostgresPrograms, runAs } from "./postgres-programs";

/** Where one embedded PostgreSQL keeps its things; several processes may use the same one. */
export interface PostgresCluster {
  dataDir: string;
  /** PostgreSQL's own data directory. The password and the port live inside it, so that they always move together. */
  folder: string;
  logFile: string;
}

/** Creates `dataDir` when it is absent, and throws one clear sentence when it cannot be used. */
export function openCluster(dataDir: string): PostgresCluster {
  const path = resolve(dataDir);
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
    const real = realpathSync(path);
    return { dataDir: real, folder: join(real, "postgres"), logFile: join(real, "postgres.log") };
  } catch (error) {
    throw unusable(path, error);
  }
}

/** Opens the log that the server and its guardian share; the caller closes the descriptor. */
export function openLog({ logFile }: PostgresCluster): number {
  try {
    return openSync(logFile, "a", 0o600);
  } catch (error) {
    throw unusable(logFile, error);
  }
}

/** Both roles of the server have this password: `postgres`, which owns the server, and `keyward`, which the program uses. */
export function readPassword(cluster: PostgresCluster): string {
  return readFileSync(join(cluster.folder, PASSWORD_FILE), "utf8").trim();
}

const PASSWORD_FILE = "keyward-password";

/** True when nothing is there yet; an empty folder, such as a fresh mount point, counts as nothing. */
export function isNewCluster(cluster: PostgresCluster): boolean {
  try {
    return readdirSync(cluster.folder).length === 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return true;
    throw unusable(cluster.folder, error);
  }
}

/** Throws one clear sentence unless the folder is a whole data directory of this PostgreSQL version. */
export function requireIntactCluster(cluster: PostgresCluster, programs: PostgresPrograms): void {
  const version = readOptional(join(cluster.folder, "PG_VERSION"))?.trim();
  if (version !== programs.majorVersion) {
    const found = version === undefined ? "it has no PG_VERSION file" : `its PG_VERSION says "${version}"`;
    throw new Error(
      `${cluster.folder} is not a data directory of PostgreSQL ${programs.majorVersion} (${found}); move it away, restore it from a backup, or set DATA_DIR to another folder.`,
    );
  }
  if (readOptional(join(cluster.folder, PASSWORD_FILE)) === undefined) {
    throw new Error(
      `${join(cluster.folder, PASSWORD_FILE)} is missing; restore it from a backup, or set DATA_DIR to another folder.`,
    );
  }
}

function readOptional(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw unusable(path, error);
  }
}

/**
 * Makes the data directory with its roles and the database `keyward`. All of it is made in a folder beside and moved
 * into place at once: whoever finds the data directory finds it whole, and of several who race the first one wins.
 */
export function initializeCluster(
  cluster: PostgresCluster,
  programs: PostgresPrograms,
  account: PostgresAccount,
): void {
  const workshop = makeWorkshop(cluster, account);
  try {
    const folder = join(workshop, "postgres");
    const password = randomBytes(24).toString("hex");
    const passwordFile = join(workshop, "password");
    writeFileSync(passwordFile, password, { mode: 0o600 });
    giveTo(account, passwordFile);
    run(account, programs.initdb, [...INITDB_OPTIONS, `--pwfile=${passwordFile}`, "-D", folder]);
    run(account, programs.postgres, ["--single", "-D", folder, "postgres"], rolesAndDatabase(password));
    renameSync(passwordFile, join(folder, PASSWORD_FILE));
    renameSync(folder, cluster.folder);
  } catch (error) {
    if (!isNewCluster(cluster)) return;
    throw new Error(
      `PostgreSQL could not make its data directory in ${cluster.dataDir} (${(error as Error).message}); free some space there, or set DATA_DIR to another folder.`,
    );
  } finally {
    removeWorkshop(workshop);
  }
}

// Settings given here are written to postgresql.conf, where an operator may change them.
const INITDB_OPTIONS = [
  "--username=postgres",
  "--auth=scram-sha-256",
  "--encoding=UTF8",
  "--locale-provider=builtin",
  "--builtin-locale=C.UTF-8",
  "--locale=C",
  ...["max_connections=100", "shared_buffers=128MB", "max_wal_size=512MB", "jit=off"].flatMap((s) => [
    "-c",
    s,
  ]),
  ...["timezone=UTC", "log_timezone=UTC", "cluster_name=keyward"].flatMap((s) => ["-c", s]),
];

/** The program's role is no superuser: through it nobody reads files or runs programs on the machine. */
function rolesAndDatabase(password: string): string {
  return [
    `CREATE ROLE keyward LOGIN CREATEDB PASSWORD '${password}';`,
    "GRANT pg_monitor TO keyward;",
    "CREATE DATABASE keyward OWNER keyward;",
    "",
  ].join("\n");
}

const WORKSHOP_PREFIX = "postgres.new-";

function makeWorkshop(cluster: PostgresCluster, account: PostgresAccount): string {
  try {
    const workshop = mkdtempSync(join(cluster.dataDir, WORKSHOP_PREFIX));
    giveTo(account, workshop);
    // Another account must be able to pass through the data folder; it gains no right to list or read it.
    if (account.kind === "other") chmodSync(cluster.dataDir, statSync(cluster.dataDir).mode | 0o011);
    return workshop;
  } catch (error) {
    throw unusable(cluster.dataDir, error);
  }
}

/** Removes what an initialisation that was killed half-way has left behind. */
export function removeAbandonedWorkshops(cluster: PostgresCluster): void {
  for (const name of readdirSync(cluster.dataDir)) {
    if (name.startsWith(WORKSHOP_PREFIX)) removeWorkshop(join(cluster.dataDir, name));
  }
}

/**
 * A workshop may still be in use by who lost the race, and new files then appear while it is being removed. Its owner removes
 * the rest at its end, or else the next start does: a workshop that stays is no reason to fail.
 */
function removeWorkshop(workshop: string): void {
  try {
    rmSync(workshop, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  } catch {}
}

/** Hands a whole data directory over, for one that was made where root had user namespaces and now has none. */
export function giveClusterTo(account: PostgresAccount, cluster: PostgresCluster): void {
  if (account.kind !== "other" || statSync(cluster.folder).uid === account.uid) return;
  for (const name of readdirSync(cluster.folder, { recursive: true, encoding: "utf8" })) {
    giveTo(account, join(cluster.folder, name));
  }
  giveTo(account, cluster.folder);
  chmodSync(cluster.dataDir, statSync(cluster.dataDir).mode | 0o011);
}

function giveTo(account: PostgresAccount, path: string): void {
  if (account.kind === "other") lchownSync(path, account.uid, account.gid);
}

function run(account: PostgresAccount, program: string, programArgs: string[], input = ""): void {
  const { command, args, options } = runAs(account, program, programArgs);
  const result = spawnSync(command, args, { ...options, cwd: dirname(program), input, encoding: "utf8" });
  if (result.status === 0) return;
  const lastLine = (result.stderr ?? "").trim().split("\n").at(-1);
  throw new Error(
    `${basename(program)}: ${result.error?.message ?? (lastLine || result.signal || result.status)}`,
  );
}

function unusable(path: string, error: unknown): Error {
  const reason = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
  return new Error(
    `${path} cannot be read and written by this user (${reason}); correct its owner and permissions, or set DATA_DIR to another folder.`,
  );
}
