import { execFileSync, spawn } from "node:child_process";
import { closeSync, existsSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { BoundedClient } from "@/lib/engine/postgres/client";
import { openLog, type PostgresCluster, readPassword } from "./postgres-cluster";
import { type PostgresAccount, type PostgresPrograms, runAs } from "./postgres-programs";
import { hasLivePostmaster, type Postmaster, readPostmaster, removeStaleLock } from "./postmaster-file";

export interface PostgresConnection extends Postmaster {
  client: BoundedClient;
}

/**
 * Connects to the server that runs on this data directory, or answers null when none can be reached. The connection is
 * to the maintenance database `postgres`, so that it stands in nobody's way when `keyward` is dropped or restored.
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
    // What is asked here takes no time on a server that is well. A connection that is given up reports "end".
    query_timeout: 5_000,
  });
  try {
    await client.connect();
    const { rows } = await client.query<{ folder: string }>(
      "SELECT current_setting('data_directory') AS folder",
    );
    if (isSameFolder(rows[0]?.folder ?? "", cluster.folder)) return { client, ...postmaster };
    // The folder is a copy, made while its original was running. SCRAM has proven that the other end knows our
    // password and PostgreSQL has named another folder, so the copied lock file speaks of no process on this folder.
    removeStaleLock(cluster.folder);
  } catch {
    // Nothing listens there, or it is starting, stopping, or somebody else's.
  }
  await client.end().catch(() => {});
  return null;
}

/** Throws when `one` does not exist, which a server in another container may cause: then nothing is known about it. */
function isSameFolder(one: string, other: string): boolean {
  const [a, b] = [statSync(one), statSync(other)];
  return a.ino === b.ino && a.dev === b.dev;
}

/**
 * Starts the server, or adopts the one that already runs on the data directory; of several who try at once PostgreSQL
 * itself lets one succeed, and the others adopt that one. Throws one clear sentence when it does not come up.
 */
export async function startServer(
  cluster: PostgresCluster,
  programs: PostgresPrograms,
  account: PostgresAccount,
  applicationName: string,
): Promise<PostgresConnection> {
  rotateLog(cluster);
  const logStart = existsSync(cluster.logFile) ? statSync(cluster.logFile).size : 0;
  const deadline = Date.now() + START_TIMEOUT_MS;
  let server: ReturnType<typeof spawnServer> | null = null;
  for (let failures = 0; failures < MAX_FAILURES && Date.now() < deadline; ) {
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
  throw new Error(`PostgreSQL did not start in ${cluster.folder}: ${lastComplaint(cluster, logStart)}`);
}

// Replaying the log after a power cut may take this long on a slow disk.
const START_TIMEOUT_MS = 120_000;
// After a crash the memory of the old server may be held for a moment by its last processes.
const MAX_FAILURES = 8;
const MAX_LOG_BYTES = 10_000_000;

function spawnServer(
  cluster: PostgresCluster,
  programs: PostgresPrograms,
  account: PostgresAccount,
  port: number,
) {
  const options = ["-D", cluster.folder, "-p", String(port), "-k", "", "-c", "listen_addresses=127.0.0.1"];
  const command = runAs(account, programs.postgres, options);
  const log = openLog(cluster);
  // A process group of its own: no terminal, and no signal meant for the guardian, reaches the server.
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

/** Keeps the port of the last run while it is free, so that an address someone noted stays valid. */
async function choosePort(cluster: PostgresCluster): Promise<number> {
  const kept = existsSync(portFile(cluster)) ? Number(readFileSync(portFile(cluster), "utf8")) : 0;
  if (kept > 0 && kept < 65_536 && (await isFree(kept))) return kept;
  for (;;) {
    // Below the range from which operating systems take the ports of outgoing connections.
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
  if (existsSync(logFile) && statSync(logFile).size > MAX_LOG_BYTES) renameSync(logFile, `${logFile}.1`);
}

function lastComplaint({ logFile }: PostgresCluster, start: number): string {
  const lines = existsSync(logFile) ? readFileSync(logFile).subarray(start).toString("utf8").split("\n") : [];
  const complaint = lines.findLast((line) => /FATAL|PANIC|error/.test(line));
  return `${complaint ?? "it gave no reason"} (its log is ${logFile}).`;
}

/**
 * Stops the server in an orderly way, ending all connections, and returns when it has stopped.
 * @throws where it has not stopped after twice `patienceMs`, as one whose processes stand still. It stops once they go on.
 */
export async function stopServer(
  cluster: PostgresCluster,
  programs: PostgresPrograms,
  pid: number,
  patienceMs = 30_000,
): Promise<void> {
  const isRunning = () => readPostmaster(cluster.folder)?.pid === pid && hasLivePostmaster(cluster.folder);
  if (process.platform === "win32") {
    execFileSync(programs.pgCtl, ["stop", "-D", cluster.folder, "-m", "fast", "-w"], { stdio: "ignore" });
  } else {
    process.kill(pid, "SIGINT");
  }
  const startedAt = performance.now();
  for (let isPressed = false; isRunning(); ) {
    const waitedMs = performance.now() - startedAt;
    if (waitedMs > patienceMs * 2)
      throw new Error(
        `PostgreSQL in ${cluster.folder} (process ${pid}) was asked to stop and does not (its log is ${cluster.logFile}).`,
      );
    // It is still writing to a disk that is very slow; the next start replays what is missing.
    if (waitedMs > patienceMs && !isPressed) {
      process.kill(pid, "SIGQUIT");
      isPressed = true;
    }
    await delay(20);
  }
}
