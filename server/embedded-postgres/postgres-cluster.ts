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

/** The files of an embedded PostgreSQL. Several processes may use the same one. */
export type PostgresCluster = {
  dataDir: string;
  /** PostgreSQL's data directory. It also contains the password and the port, so that they are always moved with it. */
  folder: string;
  logFile: string;
};

/** Creates `dataDir` if needed. @throws an Error with a one-sentence message when it can't be used. */
export function openCluster(dataDir: string): PostgresCluster {
  const path = resolve(dataDir);
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
    const real = realpathSync(path);
    return { dataDir: real, folder: join(real, "postgres"), logFile: join(real, "postgres.log") };
  } catch (error) {
    throw folderError(path, error);
  }
}

/** Opens the log of the server and its guardian. The caller must close the descriptor. */
export function openLog({ logFile }: PostgresCluster): number {
  try {
    return openSync(logFile, "a", 0o600);
  } catch (error) {
    throw folderError(logFile, error);
  }
}

/** The password of both roles: `postgres`, which owns the server, and `keyward`, which the program uses. */
export function readPassword(cluster: PostgresCluster): string {
  return readFileSync(join(cluster.folder, passwordFileName), "utf8").trim();
}

const passwordFileName = "keyward-password";

/** The URL of the program's database on a server that runs on this port. */
export function embeddedUrl(cluster: PostgresCluster, port: number): string {
  return `postgresql://keyward:${readPassword(cluster)}@127.0.0.1:${port}/keyward?sslmode=disable`;
}

/** Whether there is no data directory yet. An empty folder, such as a new mount point, counts as none. */
export function isNewCluster(cluster: PostgresCluster): boolean {
  try {
    return readdirSync(cluster.folder).length === 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return true;
    throw folderError(cluster.folder, error);
  }
}

/** @throws an Error with a one-sentence message unless the folder is a complete data directory of this PostgreSQL version. */
export function requireIntactCluster(cluster: PostgresCluster, programs: PostgresPrograms): void {
  const version = readOptional(join(cluster.folder, "PG_VERSION"))?.trim();
  if (version !== programs.majorVersion) {
    const found = version === undefined ? "it has no PG_VERSION file" : `its PG_VERSION says "${version}"`;
    throw new Error(
      `${cluster.folder} is not a data directory of PostgreSQL ${programs.majorVersion} (${found}); move it away, restore it from a backup, or set DATA_DIR to another folder.`,
    );
  }
  if (readOptional(join(cluster.folder, passwordFileName)) === undefined) {
    throw new Error(
      `${join(cluster.folder, passwordFileName)} is missing; restore it from a backup, or set DATA_DIR to another folder.`,
    );
  }
}

function readOptional(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw folderError(path, error);
  }
}

/**
 * Creates the data directory with its roles and the database `keyward`. It is built in a temporary folder and then renamed, so that
 * it is always complete. When several processes do this at once, the first one wins.
 */
export function initializeCluster(
  cluster: PostgresCluster,
  programs: PostgresPrograms,
  account: PostgresAccount,
): void {
  const temporary = makeTemporaryFolder(cluster, account);
  try {
    const folder = join(temporary, "postgres");
    const password = randomBytes(24).toString("hex");
    const passwordFile = join(temporary, "password");
    writeFileSync(passwordFile, password, { mode: 0o600 });
    changeOwner(account, passwordFile);
    run(account, programs.initdb, [...initdbOptions, `--pwfile=${passwordFile}`, "-D", folder]);
    run(account, programs.postgres, ["--single", "-D", folder, "postgres"], rolesAndDatabase(password));
    renameSync(passwordFile, join(folder, passwordFileName));
    renameSync(folder, cluster.folder);
  } catch (error) {
    if (!isNewCluster(cluster)) return;
    throw new Error(
      `PostgreSQL could not create its data directory in ${cluster.dataDir} (${(error as Error).message}); free some space there, or set DATA_DIR to another folder.`,
    );
  } finally {
    removeTemporaryFolder(temporary);
  }
}

// These settings are written to postgresql.conf, where an operator can change them.
const initdbOptions = [
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

/** The program's role is not a superuser, so that it can't read files or run programs on the machine. */
function rolesAndDatabase(password: string): string {
  return [
    `CREATE ROLE keyward LOGIN CREATEDB PASSWORD '${password}';`,
    "GRANT pg_monitor TO keyward;",
    "CREATE DATABASE keyward OWNER keyward;",
    "",
  ].join("\n");
}

const temporaryPrefix = "postgres.new-";

function makeTemporaryFolder(cluster: PostgresCluster, account: PostgresAccount): string {
  try {
    const temporary = mkdtempSync(join(cluster.dataDir, temporaryPrefix));
    changeOwner(account, temporary);
    // The other account needs to traverse the data folder, but not to list or read it.
    if (account.kind === "other") chmodSync(cluster.dataDir, statSync(cluster.dataDir).mode | 0o011);
    return temporary;
  } catch (error) {
    throw folderError(cluster.dataDir, error);
  }
}

/** Removes the temporary folders of initializations that were killed. */
export function removeAbandonedFolders(cluster: PostgresCluster): void {
  for (const name of readdirSync(cluster.dataDir)) {
    if (name.startsWith(temporaryPrefix)) removeTemporaryFolder(join(cluster.dataDir, name));
  }
}

/**
 * The folder may belong to a process that lost the race and still writes into it. That process removes the rest itself, or the next
 * start does, so a failure here doesn't matter.
 */
function removeTemporaryFolder(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  } catch {}
}

/** Changes the owner of a data directory that was created with user namespaces, on a system that no longer allows them. */
export function changeClusterOwner(account: PostgresAccount, cluster: PostgresCluster): void {
  if (account.kind !== "other" || statSync(cluster.folder).uid === account.uid) return;
  for (const name of readdirSync(cluster.folder, { recursive: true, encoding: "utf8" })) {
    changeOwner(account, join(cluster.folder, name));
  }
  changeOwner(account, cluster.folder);
  chmodSync(cluster.dataDir, statSync(cluster.dataDir).mode | 0o011);
}

function changeOwner(account: PostgresAccount, path: string): void {
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

function folderError(path: string, error: unknown): Error {
  const reason = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
  return new Error(
    `${path} can't be read and written by this user (${reason}); correct its owner and permissions, or set DATA_DIR to another folder.`,
  );
}
