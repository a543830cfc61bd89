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

/** PostgreSQL cancels statements after this time. */
const statementTimeoutMs = 10_000;

/**
 * Two pools on one database: decisions and the access log use `pool`, everything else uses Prisma. So slow pages
 * can't take the last connection from a decision.
 * @param connections The maximum for both pools together (DATABASE_POOL).
 */
export function connectDatabase(
  url: string,
  connections: number,
  log: Logger,
): { pool: Pool; prisma: PrismaClient; close(): Promise<void> } {
  const config = { ...connectionConfig(url), Client: BoundedClient };
  const pool = createPool({ ...config, max: Math.ceil(connections / 2) });
  pool.on("error", (error) =>
    log.warn(
      { error: error.message },
      "a database connection was lost and is made again when it is needed; if that repeats, look at the database's log and the network between",
    ),
  );
  const prisma = new PrismaClient({
    adapter: new PrismaPg(
      { ...config, max: Math.floor(connections / 2) },
      {
        onPoolError: (error) =>
          log.warn(
            { error: error.message },
            "a database connection was lost and is made again when it is needed; if that repeats, look at the database's log and the network between",
          ),
      },
    ),
    transactionOptions: { maxWait: connectTimeoutMs, timeout: statementTimeoutMs },
  });
  return { pool, prisma, close: async () => void (await Promise.all([pool.end(), prisma.$disconnect()])) };
}

/** The options of every connection of a pool. */
export function connectionConfig(url: string): ClientConfig {
  return {
    ...clientConfig(url),
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: statementTimeoutMs,
    application_name: "keyward",
  };
}

/** The parts of a connection URL that are used. The program sets everything else. */
const fromUrl = ["host", "port", "user", "password", "database", "ssl", "sslnegotiation", "options"] as const;

/**
 * Parses a connection URL with libpq's SSL modes. `prefer` and `allow` mean no TLS here: `resolveSslMode` finds out
 * first whether the server supports TLS.
 * @throws If a file named in the URL can't be read.
 */
export function clientConfig(url: string): ClientConfig {
  const text = withSslMode(url, knownSslMode(url)).replace(/([?&])uselibpqcompat=[^&]*&?/, "$1");
  const config = toClientConfig(parse(text, { useLibpqCompat: true }));
  const taken = fromUrl.flatMap((name) => (config[name] === undefined ? [] : [[name, config[name]]]));
  return { port: 5432, ...Object.fromEntries(taken) };
}

/**
 * `sslmode=prefer` means TLS if the server supports it. pg can't decide this while connecting, so this connects once
 * to find out.
 * @returns The URL with a definite mode.
 */
export async function resolveSslMode(url: string): Promise<string> {
  if (!isOptional(sslMode(url))) return url;
  const secure = withSslMode(url, "require");
  const client = new BoundedClient({ ...clientConfig(secure), connectionTimeoutMillis: 5000 });
  try {
    await client.connect();
  } catch (error) {
    if (/does not support SSL/.test((error as Error).message)) return withSslMode(url, "disable");
    // The next connection reports any other problem.
  } finally {
    await client.end().catch(() => {});
  }
  return secure;
}

function knownSslMode(url: string): string {
  const mode = sslMode(url);
  if (isOptional(mode)) return "disable";
  if (mode === "no-verify") return "require";
  // Without its own certificate authority, libpq's mode would accept a server with any name.
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
