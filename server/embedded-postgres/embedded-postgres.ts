import { fork } from "node:child_process";
import { closeSync, existsSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { isNewCluster, openCluster, openLog, type PostgresCluster, readPassword } from "./postgres-cluster";
import type { GuardianReport } from "./postgres-guardian";
import { findPostgresPrograms } from "./postgres-programs";
import { connectToServer, type PostgresConnection, stopServer } from "./postgres-server";
import { becomeUser, findGuardian, leaveAsLastUser } from "./postgres-users";
import { isAlive } from "./postmaster-file";

export interface EmbeddedPostgres {
  /** The address of the database `keyward`, at this moment. It stays the same unless another program took its port. */
  readonly url: string;
  /**
   * Ends this use. The last user stops the server and waits for that, unless `linger` is set: then the server waits a
   * few seconds for another user.
   */
  release(options?: { linger?: boolean }): Promise<void>;
}

interface Options {
  /** The folder that holds the server's files; all who name the same folder share one server. */
  dataDir: string;
  /** Is told, in one sentence each, what a person who waits should know. */
  log: (sentence: string) => void;
  /** The bundled `postgres-guardian.ts`; found by itself beside the program or in `dist`. */
  guardianPath?: string;
}

/**
 * Gives the use of the PostgreSQL server under `dataDir`, which is made, started or joined as needed. As long as the
 * use lasts, the server is started again when it crashes. Throws an Error of one sentence when there can be no server.
 */
export async function acquireEmbeddedPostgres(options: Options): Promise<EmbeddedPostgres> {
  const cluster = openCluster(options.dataDir);
  if (isNewCluster(cluster)) options.log(`Preparing a new PostgreSQL in ${cluster.folder}.`);
  const guardianPath = options.guardianPath ?? findGuardianProgram();
  let server = await joinServer(cluster, guardianPath);
  let released = false;
  const isCurrent = (one: PostgresConnection) => !released && one === server;

  const rejoin = async () => {
    options.log("The connection to the embedded PostgreSQL is lost; making sure that it runs.");
    while (!released) {
      try {
        const { port } = server;
        server = await joinServer(cluster, guardianPath);
        if (released) return void server.client.end();
        keep(server);
        const moved =
          server.port === port ? "." : ` on another port, ${server.port}; restart Keyward to use it.`;
        return options.log(`The embedded PostgreSQL runs again${moved}`);
      } catch (error) {
        options.log((error as Error).message);
        await delay(5_000);
      }
    }
  };

  const keep = (joined: PostgresConnection) => {
    joined.client.once("end", () => isCurrent(joined) && rejoin());
    const lookAfterGuardian = async () => {
      if (!isCurrent(joined)) return;
      // A guardian that cannot be started is tried again at the next look; meanwhile the server serves.
      await ensureGuardian(joined, cluster, guardianPath).catch(() => {});
      setTimeout(lookAfterGuardian, 1_000).unref();
    };
    setTimeout(lookAfterGuardian, 1_000).unref();
    socketOf(joined).unref();
  };
  keep(server);

  return {
    get url() {
      return `postgresql://keyward:${readPassword(cluster)}@127.0.0.1:${server.port}/keyward?sslmode=disable`;
    },
    async release({ linger = false } = {}) {
      if (released) return;
      released = true;
      socketOf(server).ref();
      await leave(cluster, server, linger).catch(() => {}); // The server has stopped or crashed in between.
      await server.client.end().catch(() => {});
    },
  };
}

/** A use must not keep a process alive that has nothing else to do. The types of `pg` do not mention these methods. */
function socketOf(server: PostgresConnection): { ref(): void; unref(): void } {
  return server.client as unknown as { ref(): void; unref(): void };
}

function findGuardianProgram(): string {
  const places = ["./postgres-guardian.mjs", "../../dist/postgres-guardian.mjs"];
  const paths = places.map((place) => fileURLToPath(new URL(place, import.meta.url)));
  const path = paths.find((candidate) => existsSync(candidate));
  if (!path) throw new Error(`${paths.at(-1)} is missing; run \`npm run build\` first.`);
  return path;
}

async function joinServer(cluster: PostgresCluster, guardianPath: string): Promise<PostgresConnection> {
  const deadline = Date.now() + 150_000;
  for (let attempts = 0; attempts < 20 && Date.now() < deadline; ) {
    const server = await connectToServer(cluster, "keyward user");
    if (server) {
      if (await becomeUser(server.client).catch(() => false)) {
        await ensureGuardian(server, cluster, guardianPath);
        return server;
      }
      // The server is being stopped, or has ended while we were joining.
      await server.client.end().catch(() => {});
    } else {
      attempts += 1;
      await runGuardian(cluster, guardianPath);
    }
    await delay(50);
  }
  throw new Error(
    `The embedded PostgreSQL in ${cluster.folder} cannot be reached (its log is ${cluster.logFile}).`,
  );
}

async function ensureGuardian(
  server: PostgresConnection,
  cluster: PostgresCluster,
  path: string,
): Promise<void> {
  if ((await findGuardian(server.client)) === null) await runGuardian(cluster, path);
}

/** Returns when a guardian has found the server running, or was killed on the way; throws the reason if there is one. */
function runGuardian(cluster: PostgresCluster, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const log = openLog(cluster);
    const guardian = fork(path, [cluster.dataDir], {
      // Detached, without our standard streams and without our secrets: it outlives us, a terminal's Ctrl-C does not
      // reach it, and who reads our output to its end does not wait for it.
      detached: true,
      stdio: ["ignore", log, log, "ipc"],
      env: {
        NODE_ENV: "production",
        ...Object.fromEntries(INHERITED.map((name) => [name, process.env[name]])),
      },
      execArgv: [],
    });
    closeSync(log);
    guardian.once("message", (report: GuardianReport) => {
      guardian.unref();
      if ("error" in report) reject(new Error(report.error));
      else resolve();
    });
    guardian.once("error", reject);
    guardian.once("exit", () => resolve());
  });
}

// Not the whole environment: PGPORT, PGDATA and their like would change what PostgreSQL does.
const INHERITED = ["PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "SystemRoot", "TEMP"];

async function leave(cluster: PostgresCluster, server: PostgresConnection, linger: boolean): Promise<void> {
  const guardian = await findGuardian(server.client);
  if (linger || !(await leaveAsLastUser(server.client))) return;
  await stopServer(cluster, findPostgresPrograms(), server.pid);
  // The guardian sees that the server was stopped on purpose and ends too; after us nothing is left running.
  for (let waited = 0; guardian && isAlive(guardian) && waited < 5_000; waited += 20) await delay(20);
}
