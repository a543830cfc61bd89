import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { clientConfig } from "@/lib/server/database";
import {
  changeClusterOwner,
  initializeCluster,
  openCluster,
  type PostgresCluster,
  readPassword,
} from "@/server/embedded-postgres/postgres-cluster";
import { chooseAccount, findPostgresPrograms, runAs } from "@/server/embedded-postgres/postgres-programs";
import { freePort } from "../processes/started-server";
import { waitUntil } from "../wait-until";
import { pauseProcesses } from "./pause-processes";

export type OwnPostgres = {
  /** The URL of the database `keyward`, with the program's role. */
  url: string;
  /** Runs SQL as a superuser. */
  administer<Row extends pg.QueryResultRow>(statement: string): Promise<Row[]>;
  /** Starts an asynchronous standby with a copy of this server. */
  startStandby(): Promise<OwnPostgres>;
  /** Simulates a hanging machine: connections are accepted, but nothing is answered. Returns a function that resumes it. */
  pause(): () => void;
  /** Simulates the loss of the machine. */
  kill(): Promise<void>;
  remove(): Promise<void>;
};

/**
 * A PostgreSQL server for one test, which can have another clock or a standby, and can be killed.
 * @param env Environment variables of its processes, such as those of another clock.
 */
export async function startOwnPostgres(env: Record<string, string> = {}): Promise<OwnPostgres> {
  const cluster = openCluster(mkdtempSync(path.join(tmpdir(), "keyward-postgres-")));
  const programs = findPostgresPrograms();
  initializeCluster(cluster, programs, chooseAccount(programs, cluster.dataDir, cluster.folder));
  return start(cluster, env);
}

async function start(cluster: PostgresCluster, env: Record<string, string>): Promise<OwnPostgres> {
  const programs = findPostgresPrograms();
  const account = chooseAccount(programs, cluster.dataDir, cluster.folder);
  const port = await freePort();
  const settings = ["-p", `${port}`, "-k", "", "-c", "listen_addresses=127.0.0.1"];
  const { command, args, options } = runAs(account, programs.postgres, ["-D", cluster.folder, ...settings]);
  const child: ChildProcess = spawn(command, args, {
    ...options,
    cwd: path.dirname(programs.postgres),
    env: { NODE_ENV: "test", PATH: process.env.PATH, ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let output = "";
  child.stderr?.on("data", (chunk) => (output += chunk));
  await waitUntil("PostgreSQL serves", async () => {
    if (child.exitCode !== null) throw new Error(`PostgreSQL exited with ${child.exitCode}:\n${output}`);
    return /ready to accept( read-only)? connections/.test(output);
  });
  const password = readPassword(cluster);
  const url = (user: string, database: string) =>
    `postgresql://${user}:${password}@127.0.0.1:${port}/${database}?sslmode=disable`;
  const kill = () => end(child);
  return {
    url: url("keyward", "keyward"),
    administer: (statement) =>
      ask(url("postgres", "postgres"), async (client) => (await client.query(statement)).rows),
    startStandby: () => startStandby(cluster, url("postgres", "postgres"), env),
    pause: () => pauseProcesses(child.pid as number),
    kill,
    remove: async () => {
      await kill();
      rmSync(cluster.dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

/** A base backup without pg_basebackup: copies the files between pg_backup_start and pg_backup_stop. */
async function startStandby(
  primary: PostgresCluster,
  primaryUrl: string,
  env: Record<string, string>,
): Promise<OwnPostgres> {
  const cluster = openCluster(mkdtempSync(path.join(tmpdir(), "keyward-standby-")));
  const label = await ask(primaryUrl, async (client) => {
    await client.query("SELECT pg_backup_start('standby', true)");
    cpSync(primary.folder, cluster.folder, {
      recursive: true,
      filter: (file) => !/postmaster\.(pid|opts)$|pgsql_tmp|\.s\.PGSQL/.test(file),
    });
    const { rows } = await client.query<{ labelfile: string }>("SELECT labelfile FROM pg_backup_stop(false)");
    return rows[0]?.labelfile ?? "";
  });
  writeFileSync(path.join(cluster.folder, "backup_label"), label);
  writeFileSync(path.join(cluster.folder, "standby.signal"), "");
  const { host, port, user, password } = clientConfig(primaryUrl);
  appendFileSync(
    path.join(cluster.folder, "postgresql.auto.conf"),
    `primary_conninfo = 'host=${host} port=${port} user=${user} password=${password} application_name=standby'\n`,
  );
  const programs = findPostgresPrograms();
  changeClusterOwner(chooseAccount(programs, cluster.dataDir, primary.folder), cluster);
  return start(cluster, env);
}

async function ask<Result>(url: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client(clientConfig(url));
  client.on("error", () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Its other processes notice that the postmaster is gone, and exit. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}
