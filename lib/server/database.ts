import { PrismaPg } from "@prisma/adapter-pg";
import { parse, toClientConfig } from "pg-connection-string";
import type { Logger } from "pino";
import {
  BoundedClient,
  type ClientConfig,
  connectTimeoutMs,
  createPool,
  type Pool,
} from "@/lib/engine/postgres/client";
import { PrismaClient } from "./generated/prisma/client";

/** How long the server works on a statement before it gives it up. */
const statementTimeoutMs = 10_000;

/**
 * Two pools on one database: decisions and the access log ask through `pool`, everything else through Prisma, so that a slow
 * page can never take the last connection from a decision.
 * @param connections How many connections both may hold together (DATABASE_POOL).
 */
export function connectDatabase(
  url: string,
  connections: number,
  log: Logger,
): { pool: Pool; prisma: PrismaClient; close(): Promise<void> } {
  const config = {
    ...clientConfig(url),
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: statementTimeoutMs,
    application_name: "keyward",
    Client: BoundedClient,
  };
  const pool = createPool({ ...config, max: Math.ceil(connections / 2) });
  pool.on("error", (error) => log.warn({ error: error.message }, "a database connection was lost"));
  const prisma = new PrismaClient({
    adapter: new PrismaPg(
      { ...config, max: Math.floor(connections / 2) },
      { onPoolError: (error) => log.warn({ error: error.message }, "a database connection was lost") },
    ),
    transactionOptions: { maxWait: connectTimeoutMs, timeout: statementTimeoutMs },
  });
  return { pool, prisma, close: async () => void (await Promise.all([pool.end(), prisma.$disconnect()])) };
}

/** What a connection URL may say. Everything else is set by this program, and a URL must not override it. */
const fromUrl = ["host", "port", "user", "password", "database", "ssl", "sslnegotiation", "options"] as const;

/**
 * The parts of a connection URL, with libpq's SSL modes. `prefer` and `allow` mean no TLS here: `resolveSslMode` asks first
 * whether the server has it.
 * @throws where a file that the URL names can't be read.
 */
export function clientConfig(url: string): ClientConfig {
  const text = withSslMode(url, knownSslMode(url)).replace(/([?&])uselibpqcompat=[^&]*&?/, "$1");
  const config = toClientConfig(parse(text, { useLibpqCompat: true }));
  const taken = fromUrl.flatMap((name) => (config[name] === undefined ? [] : [[name, config[name]]]));
  return { port: 5432, ...Object.fromEntries(taken) };
}

/**
 * `sslmode=prefer` is TLS where the server has it, which pg can't decide while it connects. So this asks once.
 * @returns The URL with a mode that is certain.
 */
export async function resolveSslMode(url: string): Promise<string> {
  if (!isOptional(sslMode(url))) return url;
  const secure = withSslMode(url, "require");
  const client = new BoundedClient({ ...clientConfig(secure), connectionTimeoutMillis: 5000 });
  try {
    await client.connect();
  } catch (error) {
    if (/does not support SSL/.test((error as Error).message)) return withSslMode(url, "disable");
    // Whoever connects next is told what else is wrong.
  } finally {
    await client.end().catch(() => {});
  }
  return secure;
}

function knownSslMode(url: string): string {
  const mode = sslMode(url);
  if (isOptional(mode)) return "disable";
  if (mode === "no-verify") return "require";
  // Without a certificate authority of its own, libpq's mode would trust a server of any name.
  if (mode === "verify-ca" && !/[?&]sslrootcert=/.test(url)) return "verify-full";
  return mode;
}

function isOptional(mode: string): boolean {
  return mode === "prefer" || mode === "allow";
}

function sslMode(url: string): string {
  return /[?&]sslmode=([^&#]*)/.exec(url)?.[1] ?? "";
}

function withSslMode(url: string, mode: string): string {
  return url.replace(/([?&]sslmode=)[^&#]*/, `$1${mode}`);
}
