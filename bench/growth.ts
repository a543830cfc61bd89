import path from "node:path";
import { Client } from "pg";
import { generateSecret } from "@/lib/engine/keys/key-format";
import { addKeys } from "./add-keys";
import type { BenchDatabase } from "./bench-database";
import { gatewayRequest } from "./contenders";
import { ask } from "./measure";
import type { Options } from "./options";
import { type ServerProcess, startServer } from "./server-process";

/** Times at one size, in milliseconds: p95 of two pages, requested sequentially, and p50 of decisions about many keys. */
export type Size = { keys: number; rows: number; keyPageMs: number; logPageMs: number; decisionMs: number };
export type Growth = { small: Size; large: Size };

const small = { keys: 1_000, rows: 100_000 };
/** How many different keys are used for decisions. */
const askedKeys = 500;

/** Measures the same at 1,000 keys and 100,000 log rows, and at the size in the options. */
export async function measureGrowth(bench: BenchDatabase, { pace, keys, rows }: Options): Promise<Growth> {
  const database = await bench.create("bench_growth");
  const { url } = database;
  const client = new Client({ connectionString: url });
  await client.connect();
  const settings = { DATABASE_URL: url, DATA_DIR: path.join(bench.folder, "growth"), LOG_LEVEL: "warn" };
  try {
    const secrets = Array.from({ length: askedKeys }, () => generateSecret("kw_sk_"));
    const measureAt = async (size: { keys: number; rows: number }): Promise<Size> => {
      await addKeys(database, bench.keyId, size.keys, secrets);
      await addRows(client, bench, size.rows);
      await client.query("VACUUM ANALYZE");
      const server = await startServer(["dist/bench-decision-server.mjs"], settings, { path: "/api/ready" });
      try {
        return { ...size, ...(await timesOf(server, bench.secret, secrets, pace)) };
      } finally {
        await server.stop();
      }
    };
    return { small: await measureAt(small), large: await measureAt({ keys, rows }) };
  } finally {
    await client.end();
  }
}

async function timesOf(
  server: ServerProcess,
  secret: string,
  secrets: string[],
  pace: Options["pace"],
): Promise<Pick<Size, "keyPageMs" | "logPageMs" | "decisionMs">> {
  const plan = {
    ports: [server.port],
    statuses: [200],
    leadSeconds: pace.leadSeconds,
    seconds: pace.seconds,
  };
  const page = async (target: string) => {
    const asked = { ...plan, requests: [apiRequest(target, secret)], connections: 1, rate: null };
    await ask({ ...asked, leastAnswers: 20 });
    return ask({ ...asked, leastAnswers: 40 });
  };
  const keyPage = await page("/auth/api-keys?limit=20");
  const logPage = await page("/api/public/v1/access-logs?limit=50");
  const decisions = { ...plan, requests: secrets.map(gatewayRequest), connections: 16 };
  await ask({ ...decisions, seconds: pace.longWarmSeconds, rate: null });
  const { p50Ms } = await ask({ ...decisions, rate: 1000 });
  return { keyPageMs: keyPage.p95Ms, logPageMs: logPage.p95Ms, decisionMs: p50Ms };
}

function apiRequest(target: string, secret: string): string {
  return `GET ${target} HTTP/1.1\r\nHost: keyward.example.test\r\nAuthorization: Bearer ${secret}\r\n\r\n`;
}

/** Spread evenly over the last twenty hours, in order, as a log is written. */
async function addRows(client: Client, bench: BenchDatabase, count: number): Promise<void> {
  await client.query(
    `INSERT INTO access_log.entries (at, writer, seq, kind, request_id, workspace_id, key_id, source, method, path, outcome, status,
       code, ip, user_agent)
     SELECT now() - interval '20 hours' * (1 - number / $3::float8), '00000000-0000-4000-8000-000000000000', number, 'decision',
       'req_' || number, $1, $2, 'forward_auth', 'GET', '/v1/documents', 'allowed', 200, 'valid', '203.0.113.9',
       'python-requests/2.32'
     FROM generate_series((SELECT count(*) FROM access_log.entries) + 1, $3::int) AS number`,
    [bench.workspaceId, bench.keyId, count],
  );
}
