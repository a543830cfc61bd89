/**
 * The guardian of an embedded PostgreSQL: a small separate process that starts the server, restarts it when it crashes, and stops
 * it when no process uses it any more, even if the last one was killed. `acquireEmbeddedPostgres` starts it with the data folder as
 * its argument, and it reports once over IPC. Killing it is harmless: the server keeps running, and the next check by any user
 * starts another guardian.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { BoundedClient } from "@/lib/engine/postgres/client";
import {
  changeClusterOwner,
  initializeCluster,
  isNewCluster,
  openCluster,
  type PostgresCluster,
  removeAbandonedFolders,
  requireIntactCluster,
} from "./postgres-cluster";
import { chooseAccount, findPostgresPrograms } from "./postgres-programs";
import { connectToServer, type PostgresConnection, startServer, stopServer } from "./postgres-server";
import { becomeGuardian, closeToUsers, countUsers } from "./postgres-users";
import { hasLivePostmaster, readPostmaster } from "./postmaster-file";

export type GuardianReport = { ready: true } | { error: string };

const applicationName = `keyward guardian ${process.pid}`;
const checkIntervalMs = 250;
/** How long the server waits for another user, so that one command after another finds it running. */
const lingerMs = 3_000;
const maxRestartsPerMinute = 5;

try {
  await main();
  process.exit(0);
} catch (error) {
  await report({ error: (error as Error).message });
  console.error(error); // Standard error is the server's log file.
  process.exit(1);
}

async function main(): Promise<void> {
  const cluster = openCluster(process.argv[2] ?? "");
  const programs = findPostgresPrograms();
  const account = chooseAccount(programs, cluster.dataDir, cluster.folder);
  if (isNewCluster(cluster)) initializeCluster(cluster, programs, account);
  requireIntactCluster(cluster, programs);

  const start = async () => {
    // Change the owner of the files only while no server is running on them.
    if (!hasLivePostmaster(cluster.folder)) changeClusterOwner(account, cluster);
    return await startServer(cluster, programs, account, applicationName);
  };
  let stopRequested = false;
  process.on("SIGTERM", () => (stopRequested = true));
  for (const signal of ["SIGINT", "SIGHUP"] as const) process.on(signal, () => {});

  const restarts: number[] = [];
  for (let server: PostgresConnection | null = await start(); server; ) {
    if (!(await becomeGuardian(server.client))) return await report({ ready: true });
    removeAbandonedFolders(cluster);
    await report({ ready: true });
    if (await watchUntilUnused(server.client, () => stopRequested)) {
      return await stopServer(cluster, programs, server.pid);
    }
    server = await reconnect(cluster);
    if (server) continue;
    if (!readPostmaster(cluster.folder)) return; // It was shut down on purpose.
    restarts.push(Date.now());
    if (restarts.filter((at) => at > Date.now() - 60_000).length > maxRestartsPerMinute) {
      throw new Error(`PostgreSQL keeps crashing in ${cluster.folder} (its log is ${cluster.logFile}).`);
    }
    server = await start();
  }
}

/** @returns True when the server should be stopped, false when the connection is lost. */
async function watchUntilUnused(client: BoundedClient, isStopRequested: () => boolean): Promise<boolean> {
  let unusedSince = performance.now();
  try {
    while (!isStopRequested()) {
      if ((await countUsers(client)) > 0) unusedSince = performance.now();
      const isUnused = performance.now() - unusedSince > lingerMs;
      // From here on, a new user waits until the server has stopped, and then restarts it.
      if (isUnused && (await closeToUsers(client))) return true;
      await delay(checkIntervalMs);
    }
    return true;
  } catch {
    return false;
  }
}

/** @returns Null when the server has ended. A crash of a backend process ends all connections, but not the server. */
async function reconnect(cluster: PostgresCluster): Promise<PostgresConnection | null> {
  while (hasLivePostmaster(cluster.folder)) {
    const connection = await connectToServer(cluster, applicationName);
    if (connection) return connection;
    await delay(50);
  }
  return null;
}

/** Sends a report to the process that started this one, if the IPC channel is still open. Only the first report is sent. */
function report(message: GuardianReport): Promise<void> {
  return new Promise((resolve) => {
    if (!process.send) return resolve();
    process.send(message, () => {
      if (process.connected) process.disconnect();
      resolve();
    });
  });
}
