import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { Client } from "pg";
import { acquireEmbeddedPostgres } from "@/server/embedded-postgres/embedded-postgres";
import { openCluster } from "@/server/embedded-postgres/postgres-cluster";
import { readPostmaster } from "@/server/embedded-postgres/postmaster-file";
import { encryptionKey, root } from "./server-process";

/** A PostgreSQL server for the benchmark, with databases that all contain the same workspace and keys. */
export type BenchDatabase = {
  version: string;
  /** The process id of its postmaster. */
  pid: number;
  folder: string;
  workspaceId: string;
  keyId: string;
  /** The secret of a key with all permissions, and a limit that no benchmark reaches. */
  secret: string;
  /** Creates another database, with that workspace or empty. */
  create(name: string, options?: { empty: boolean }): Promise<Database>;
  close(): Promise<void>;
};
export type Database = {
  url: string;
  query<Row extends object>(text: string, values?: unknown[]): Promise<Row[]>;
};

/** More requests than any machine answers in a minute. The command line allows at most a million. */
const unreachedLimit = 2_000_000_000;

export async function openBenchDatabase(): Promise<BenchDatabase> {
  const parent = path.join(root, ".data");
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(path.join(parent, "bench-"));
  const postgres = await acquireEmbeddedPostgres({ dataDir: folder, log: () => {} });
  const clients: Client[] = [];
  const close = async () => {
    await Promise.all(clients.map((client) => client.end()));
    await postgres.release();
    rmSync(folder, { recursive: true, force: true });
  };
  const connect = async (name: string): Promise<Database> => {
    const url = new URL(postgres.url);
    url.pathname = `/${name}`;
    const client = new Client({ connectionString: url.href });
    client.on("error", () => {}); // The server stops while these connections are open.
    await client.connect();
    clients.push(client);
    return { url: url.href, query: async (text, values) => (await client.query(text, values)).rows };
  };
  const administration = await connect("keyward");
  await administration.query("CREATE DATABASE bench_template");
  const url = new URL(postgres.url);
  url.pathname = "/bench_template";
  const made = await makeWorkspace(url.href, folder).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  const [{ version } = { version: "" }] = await administration.query<{ version: string }>(
    "SELECT current_setting('server_version') AS version",
  );
  return {
    version,
    pid: readPostmaster(openCluster(folder).folder)?.pid as number,
    folder,
    ...made,
    async create(name, { empty } = { empty: false }) {
      await administration.query(`CREATE DATABASE ${name}${empty ? "" : " TEMPLATE bench_template"}`);
      return connect(name);
    },
    close,
  };
}

/** Creates them with the operator's command line, except for the limit, which is too high for it. */
async function makeWorkspace(
  databaseUrl: string,
  dataDir: string,
): Promise<Pick<BenchDatabase, "workspaceId" | "keyId" | "secret">> {
  const env = {
    NODE_ENV: "production" as const,
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    DATABASE_URL: databaseUrl,
    DATA_DIR: dataDir,
    ENCRYPTION_KEYS: encryptionKey,
  };
  const keyward = async (...args: string[]) => {
    const program = [path.join(root, "dist/cli.mjs"), ...args, "--json"];
    const { stdout } = await promisify(execFile)(process.execPath, program, { cwd: root, env });
    return JSON.parse(stdout) as Record<string, string>;
  };
  const { workspace_id: workspaceId = "" } = await keyward(
    ...["user", "create", "--email", "ada@example.test", "--name", "Ada", "--workspace", "Bench"],
  );
  await keyward("workspace", "set", "--workspace", workspaceId, "--api-access", "on");
  const created = await keyward(
    ...[
      "key",
      "create",
      "--workspace",
      workspaceId,
      "--name",
      "bench",
      "--permission",
      "read_write",
      "--manage-keys",
    ],
  );
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query("UPDATE workspaces SET requests_per_minute = $1 WHERE id = $2", [
    unreachedLimit,
    workspaceId,
  ]);
  await client.end();
  return { workspaceId, keyId: created.key_id as string, secret: created.key as string };
}
