/**
 * The guardian of an embedded PostgreSQL: a small process apart from those that use the server, so that none of them
 * has to be the last. It starts the server, starts it again when it crashes, and stops it when the last user has gone,
 * be it by `kill -9`. It is started by `acquireEmbeddedPostgres` with the data folder as its argument, and answers once
 * over IPC. Killing it harms nobody: the server runs on, and the next look of any user starts another guardian.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { BoundedClient } from "@/lib/engine/postgres/client";
import {
  giveClusterTo,
  initializeCluster,
  isNewCluster,
  openCluster,
  type PostgresCluster,
  removeAbandonedWorkshops,
  requireIntactCluster,
} from "./postgres-cluster";
import { chooseAccount, findPostgresPrograms } from "./postgres-programs";
import { connectToServer, type PostgresConnection, startServer, stopServer } from "./postgres-server";
import { becomeGuardian, closeToUsers, countUsers } from "./postgres-users";
import { hasLivePostmaster, readPostmaster } from "./postmaster-file";

export type GuardianReport = { ready: true } | { error: string };

const NAME = `keyward guardian ${process.pid}`;
const LOOK_INTERVAL_MS = 250;
/** How long the server waits for another user, so that one command after another finds it running. */
const GRACE_MS = 3_000;
const MAX_RESTARTS_PER_MINUTE = 5;

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
    // A server that runs is left as it is: only a stopped one's files may change their owner.
    if (!hasLivePostmaster(cluster.folder)) giveClusterTo(account, cluster);
    return await startServer(cluster, programs, account, NAME);
  };
  let stopRequested = false;
  process.on("SIGTERM", () => (stopRequested = true));
  for (const signal of ["SIGINT", "SIGHUP"] as const) process.on(signal, () => {});

  const restarts: number[] = [];
  for (let server: PostgresConnection | null = await start(); server; ) {
    if (!(await becomeGuardian(server.client))) return await report({ ready: true });
    removeAbandonedWorkshops(cluster);
    await report({ ready: true });
    if (await watchUntilUnused(server.client, () => stopRequested)) {
      return await stopServer(cluster, programs, server.pid);
    }
    server = await reconnect(cluster);
    if (server) continue;
    if (!readPostmaster(cluster.folder)) return; // Somebody has stopped it in an orderly way.
    restarts.push(Date.now());
    if (restarts.filter((at) => at > Date.now() - 60_000).length > MAX_RESTARTS_PER_MINUTE) {
      throw new Error(
        `PostgreSQL crashes again and again in ${cluster.folder} (its log is ${cluster.logFile}).`,
      );
    }
    server = await start();
  }
}

/** Returns true when the server is to be stopped, and false when it cannot be asked any more. */
async function watchUntilUnused(client: BoundedClient, isStopRequested: () => boolean): Promise<boolean> {
  let unusedSince = performance.now();
  try {
    while (!isStopRequested()) {
      if ((await countUsers(client)) > 0) unusedSince = performance.now();
      const isUnused = performance.now() - unusedSince > GRACE_MS;
      // From here on a newcomer waits until the server has stopped, and then starts it anew.
      if (isUnused && (await closeToUsers(client))) return true;
      await delay(LOOK_INTERVAL_MS);
    }
    return true;
  } catch {
    return false;
  }
}

/** Null when the server has ended; a crash of one of its processes ends all connections, but not the server. */
async function reconnect(cluster: PostgresCluster): Promise<PostgresConnection | null> {
  while (hasLivePostmaster(cluster.folder)) {
    const connection = await connectToServer(cluster, NAME);
    if (connection) return connection;
    await delay(50);
  }
  return null;
}

/** Tells whoever started this process; only the first report finds an open channel, and that one may be gone too. */
function report(message: GuardianReport): Promise<void> {
  return new Promise((resolve) => {
    if (!process.send) return resolve();
    process.send(message, () => {
      if (process.connected) process.disconnect();
      resolve();
    });
  });
}
