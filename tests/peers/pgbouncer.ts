import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { clientConfig } from "@/lib/server/database";
import { freePort } from "../processes/started-server";
import { waitUntil } from "../wait-until";

export type PgBouncer = {
  /** The URL of the same database through PgBouncer. */
  url: string;
  stop(): Promise<void>;
};

/** PgBouncer in transaction mode in front of a database, set up as in docs/reliability.md. */
export async function startPgBouncer(databaseUrl: string): Promise<PgBouncer> {
  const folder = mkdtempSync(path.join(tmpdir(), "keyward-pgbouncer-"));
  const port = await freePort();
  const { host, port: databasePort, user, password, database } = clientConfig(databaseUrl);
  writeFileSync(path.join(folder, "users.txt"), `"${user}" "${password}"\n`);
  writeFileSync(
    path.join(folder, "pgbouncer.ini"),
    `[databases]
${database} = host=${host} port=${databasePort}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = users.txt
pool_mode = transaction
default_pool_size = 12
ignore_startup_parameters = statement_timeout,idle_in_transaction_session_timeout
`,
  );
  // PgBouncer refuses to run as root.
  const isRoot = process.getuid?.() === 0;
  if (isRoot) {
    chmodSync(folder, 0o755);
    for (const file of ["users.txt", "pgbouncer.ini"]) chmodSync(path.join(folder, file), 0o644);
  }
  const child: ChildProcess = spawn("pgbouncer", ["pgbouncer.ini"], {
    cwd: folder,
    env: { NODE_ENV: "test", PATH: `${process.env.PATH}:/usr/sbin` },
    stdio: ["ignore", "ignore", "pipe"],
    ...(isRoot && { uid: 65534, gid: 65534 }),
  });
  let output = "";
  child.stderr?.on("data", (chunk) => (output += chunk));
  child.on("error", (error) => (output += error.message));
  await waitUntil("PgBouncer listens", async () => {
    if (child.exitCode !== null) throw new Error(`PgBouncer exited with ${child.exitCode}:\n${output}`);
    return output.includes("process up");
  });
  const url = new URL(databaseUrl);
  url.port = String(port);
  return {
    url: url.toString(),
    stop: async () => {
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
