import { execFileSync, spawn } from "node:child_process";
import { closeSync, existsSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { BoundedClient } from "@/lib/engine/postgres/client";
import { openLog, type PostgresCluster, readPassword } from "./postgres-cluster";
import { type PostgresAccount, type PostgresPrograms, runAs } from "./postgres-programs";
import { hasLivePostmaster, type Postmaster, readPostmaster, removeStaleLock } from "./postmaster-file";

export type PostgresConnection = Postmaster & {
  client: BoundedClient;
};

/**
 * Connects to the server that runs on this data directory; null when there is none. It connects to the maintenance database
 * `postgres`, so that `keyward` can be dropped or restored.
 */
export async function connectToServer(
  cluster: PostgresCluster,
  applicationName: string,
): Promise<PostgresConnection | null> {
  const postmaster = readPostmaster(cluster.folder);
  if (!postmaster) return null;
  const client = new BoundedClient({
    host: "127.0.0.1",
    port: postmaster.port,
    user: "keyward",
    password: readPassword(cluster),
    database: "postgres",
    application_name: applicationName,
    ssl: false,
    connectionTimeoutMillis: 5_000,
    // Our queries are instant on a healthy server. After a timeout the client emits "end".
    query_timeout: 5_000,
  });
  try {
    await client.connect();
    const { rows } = await client.query<{ folder: string }>(
      "SELECT current_setting('data_directory') AS folder",
    );
    if (isSameFolder(rows[0]?.folder ?? "", cluster.folder)) return { client, ...postmaster };
    // The folder is a copy that was made while the original was running: the server knows our password, as SCRAM proves, but
    // uses another folder. So the copied lock file belongs to no process on this folder.
    removeStaleLock(cluster.folder);
  } catch {
    // Nothing listens there, or the server is starting, stopping or not ours.
  }
  await client.end().catch(() => {});
  return null;
}

/** @throws when `one` doesn't exist, as with a server in another container. */
function isSameFolder(one: string, other: string): boolean {
  const [a, b] = [statSync(one), statSync(other)];
  return a.ino === b.ino && a.dev === b.dev;
}

/**
 * Starts the server, or connects to the one that already runs on the data directory. If several processes do this at once,
 * PostgreSQL lets one of them succeed, and the others connect to it.
 * @throws an Error with a one-sentence message when the server doesn't start.
 */
export async function startServer(
  cluster: PostgresCluster,
  programs: PostgresPrograms,
  account: PostgresAccount,
  applicationName: string,
): Promise<PostgresConnection> {
  rotateLog(cluster);
  const logStart = existsSync(cluster.logFile) ? statSync(cluster.logFile).size : 0;
  const deadline = Date.now() + startTimeoutMs;
  let server: ReturnType<typeof spawnServer> | null = null;
  for (let failures = 0; failures < maxFailures && Date.now() < deadline; ) {
    const connection = await connectToServer(cluster, applicationName);
    if (connection) {
      writeFileSync(portFile(cluster), `${connection.port}\n`);
      return connection;
    }
    if (server?.hasExited()) {
      server = null;
      failures += 1;
      await delay(failures * 100);
    }
    if (!server && !hasLivePostmaster(cluster.folder)) {
      removeStaleLock(cluster.folder);
      server = spawnServer(cluster, programs, account, await choosePort(cluster));
    }
    await delay(25);
  }
  throw new Error(`PostgreSQL did not start in ${cluster.folder}: ${lastError(cluster, logStart)}`);
}

// Crash recovery may take this long on a slow disk.
const startTimeoutMs = 120_000;
// After a crash, the last processes of the old server may hold its shared memory for a moment.
const maxFailures = 8;
const maxLogBytes = 10_000_000;

function spawnServer(
  cluster: PostgresCluster,
  programs: PostgresPrograms,
  account: PostgresAccount,
  port: number,
) {
  const options = ["-D", cluster.folder, "-p", String(port), "-k", "", "-c", "listen_addresses=127.0.0.1"];
  const command = runAs(account, programs.postgres, options);
  const log = openLog(cluster);
  // In its own process group, so that signals from the terminal and for the guardian don't reach it.
  const child = spawn(command.command, command.args, {
    ...command.options,
    detached: true,
    cwd: dirname(programs.postgres),
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  let exited = false;
  child.on("exit", () => (exited = true));
  child.on("error", () => (exited = true));
  child.unref();
  return { hasExited: () => exited };
}

/** Reuses the port of the last run if it is free, so that its URL stays valid. */
async function choosePort(cluster: PostgresCluster): Promise<number> {
  const kept = existsSync(portFile(cluster)) ? Number(readFileSync(portFile(cluster), "utf8")) : 0;
  if (kept > 0 && kept < 65_536 && (await isFree(kept))) return kept;
  for (;;) {
    // Below the ephemeral port range.
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if (await isFree(port)) return port;
  }
}

const portFile = (cluster: PostgresCluster) => join(cluster.folder, "keyward-port");

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}

function rotateLog({ logFile }: PostgresCluster): void {
  if (existsSync(logFile) && statSync(logFile).size > maxLogBytes) renameSync(logFile, `${logFile}.1`);
}

function lastError({ logFile }: PostgresCluster, start: number): string {
  const lines = existsSync(logFile) ? readFileSync(logFile).subarray(start).toString("utf8").split("\n") : [];
  const complaint = lines.findLast((line) => /FATAL|PANIC|error/.test(line));
  return `${complaint ?? "it gave no reason"} (its log is ${logFile}).`;
}

/**
 * Shuts the server down ("fast" mode, which ends all connections) and waits for it.
 * @throws when it hasn't stopped after twice `timeoutMs`, for example because its processes are suspended.
 */
export async function stopServer(
  cluster: PostgresCluster,
  programs: PostgresPrograms,
  pid: number,
  timeoutMs = 30_000,
): Promise<void> {
  const isRunning = () => readPostmaster(cluster.folder)?.pid === pid && hasLivePostmaster(cluster.folder);
  if (process.platform === "win32") {
    execFileSync(programs.pgCtl, ["stop", "-D", cluster.folder, "-m", "fast", "-w"], { stdio: "ignore" });
  } else {
    process.kill(pid, "SIGINT");
  }
  const startedAt = performance.now();
  for (let isImmediate = false; isRunning(); ) {
    const waitedMs = performance.now() - startedAt;
    if (waitedMs > timeoutMs * 2)
      throw new Error(
        `PostgreSQL in ${cluster.folder} (process ${pid}) did not stop when asked (its log is ${cluster.logFile}).`,
      );
    // It may be writing to a very slow disk. After an immediate shutdown, the next start recovers what is missing.
    if (waitedMs > timeoutMs && !isImmediate) {
      process.kill(pid, "SIGQUIT");
      isImmediate = true;
    }
    await delay(20);
  }
}
