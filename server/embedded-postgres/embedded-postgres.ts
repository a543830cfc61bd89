import { fork } from "node:child_process";
import { closeSync, existsSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { embeddedUrl, isNewCluster, openCluster, openLog, type PostgresCluster } from "./postgres-cluster";
import type { GuardianReport } from "./postgres-guardian";
import { findPostgresPrograms } from "./postgres-programs";
import { connectToServer, type PostgresConnection, stopServer } from "./postgres-server";
import { becomeUser, findGuardian, leaveAsLastUser } from "./postgres-users";
import { isAlive } from "./postmaster-file";

export type EmbeddedPostgres = {
  /** The current URL of the database `keyward`. It changes only if another program takes the port. */
  readonly url: string;
  /**
   * Stops using the server. The last user stops the server and waits for it to end. With `linger`, the server keeps running for
   * a few seconds in case there is another user.
   */
  release(options?: { linger?: boolean }): Promise<void>;
};

type Options = {
  /** The folder with the server's files. Processes with the same folder share one server. */
  dataDir: string;
  /** Called with a sentence when the operator has to wait or should know something. */
  log: (sentence: string) => void;
  /** The bundled `postgres-guardian.ts`. By default it is searched beside the program and in `dist`. */
  guardianPath?: string;
};

/**
 * Starts using the PostgreSQL server in `dataDir`; creates or starts it when needed. Until `release`, the server is restarted when it
 * crashes.
 * @throws an Error with a one-sentence message when the server can't run.
 */
export async function acquireEmbeddedPostgres(options: Options): Promise<EmbeddedPostgres> {
  const cluster = openCluster(options.dataDir);
  if (isNewCluster(cluster)) options.log(`Preparing a new PostgreSQL in ${cluster.folder}.`);
  const guardianPath = options.guardianPath ?? findGuardianProgram();
  let server = await joinServer(cluster, guardianPath);
  let released = false;
  const isCurrent = (one: PostgresConnection) => !released && one === server;

  const rejoin = async () => {
    options.log("Lost the connection to the embedded PostgreSQL; making sure that it runs.");
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
    const checkGuardian = async () => {
      if (!isCurrent(joined)) return;
      // If the guardian can't be started, retry at the next check. The server works without it.
      await ensureGuardian(joined, cluster, guardianPath).catch(() => {});
      setTimeout(checkGuardian, 1_000).unref();
    };
    setTimeout(checkGuardian, 1_000).unref();
    socketOf(joined).unref();
  };
  keep(server);

  return {
    get url() {
      return embeddedUrl(cluster, server.port);
    },
    async release({ linger = false } = {}) {
      if (released) return;
      released = true;
      socketOf(server).ref();
      await leave(cluster, server, linger).catch(() => {}); // The server may have stopped or crashed in the meantime.
      await server.client.end().catch(() => {});
    },
  };
}

/** For `unref`, so that the connection alone doesn't keep the process alive. The types of `pg` leave these methods out. */
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
      // The server is being stopped, or ended while we connected.
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

/** Starts a guardian. Resolves when it has found the server running or was killed. @throws the error that it reports. */
function runGuardian(cluster: PostgresCluster, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const log = openLog(cluster);
    const guardian = fork(path, [cluster.dataDir], {
      // Detached, so that it outlives us and Ctrl-C in the terminal doesn't reach it. Without our standard streams, so that
      // programs that read our output to the end don't wait for it. Without our environment, which contains secrets.
      detached: true,
      stdio: ["ignore", log, log, "ipc"],
      env: {
        NODE_ENV: "production",
        ...Object.fromEntries(inheritedVariables.map((name) => [name, process.env[name]])),
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

// Not the whole environment, because PGPORT, PGDATA and others would change what PostgreSQL does.
const inheritedVariables = ["PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "SystemRoot", "TEMP"];

async function leave(cluster: PostgresCluster, server: PostgresConnection, linger: boolean): Promise<void> {
  const guardian = await findGuardian(server.client);
  if (linger || !(await leaveAsLastUser(server.client))) return;
  await stopServer(cluster, findPostgresPrograms(), server.pid);
  // The guardian notices that the server was stopped on purpose and exits. Wait for it, so that nothing is left running.
  for (let waited = 0; guardian && isAlive(guardian) && waited < 5_000; waited += 20) await delay(20);
}
