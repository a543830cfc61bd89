import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { acquireEmbeddedPostgres } from "@/server/embedded-postgres/embedded-postgres";
import { withDatabase } from "@/tests/database/database-url";
import { startDnsServer } from "@/tests/peers/dns-server";
import { receiverCa } from "@/tests/peers/event-receiver";
import { startOpenIdProvider } from "@/tests/peers/openid-provider";
import { startPgBouncer } from "@/tests/peers/pgbouncer";
import { freePort, startServer } from "@/tests/processes/started-server";
import { clientConfig } from "../lib/server/database";

/** Starts the built server on an empty database, once per run. Tests find both in environment variables. */
export default async function startConsole(): Promise<() => Promise<void>> {
  const dataDir = mkdtempSync(path.join(tmpdir(), "keyward-e2e-"));
  const given = process.env.TEST_DATABASE_URL;
  const embedded = given ? null : await acquireEmbeddedPostgres({ dataDir, log: console.error });
  const database = given ? await makeDatabase(given) : null;
  const databaseUrl = database?.url ?? (embedded as { url: string }).url;
  // Only the server uses it: the tests connect to the database directly.
  const pooler = process.env.E2E_POOLER ? await startPgBouncer(databaseUrl) : null;
  const port = await freePort();
  const provider = await startOpenIdProvider([`http://localhost:${port}`], (account) => ({
    email: account.includes("@") ? account : `${account}@acme.test`,
    email_verified: true,
    name: "Grace Hopper",
  }));
  // It has no records, so lookups fail immediately, with or without a network.
  const dns = await startDnsServer();
  const server = await startServer({
    DATA_DIR: dataDir,
    DATABASE_URL: pooler?.url ?? databaseUrl,
    LOG_LEVEL: "warn",
    PORT: String(port),
    ...provider.settings,
    DNS_SERVERS: dns.address,
    // Tests receive events on this machine, with certificates of their own authority.
    WEBHOOK_ALLOW_CIDRS: "127.0.0.0/8",
    NODE_EXTRA_CA_CERTS: receiverCa,
    GITHUB_CLIENT_ID: "unused",
    GITHUB_CLIENT_SECRET: "unused",
  });
  process.env.E2E_ORIGIN = server.origin;
  process.env.E2E_DATABASE_URL = databaseUrl;
  process.env.E2E_DATA_DIR = dataDir;
  return async () => {
    await server.stop("SIGINT");
    await provider.close();
    await dns.close();
    // The server's log: the first thing to read when a test failed.
    console.error(server.output());
    await pooler?.stop();
    await database?.drop();
    await embedded?.release();
    rmSync(dataDir, { recursive: true, force: true });
  };
}

async function makeDatabase(url: string): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `keyward_e2e_${randomBytes(6).toString("hex")}`;
  const run = async (statement: string) => {
    const client = new pg.Client(clientConfig(url));
    await client.connect();
    await client.query(statement);
    await client.end();
  };
  await run(`CREATE DATABASE ${name}`);
  return { url: withDatabase(url, name), drop: () => run(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}
