import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import type { Logger } from "pino";
import { BoundedClient } from "./bounded-client";
import { PrismaClient } from "./generated/prisma/client";

/** How long anyone waits for a free connection or an answer before it is said that the database is away. */
const connectTimeoutMilliseconds = 2000;
const statementTimeoutMilliseconds = 10_000;

/** bigint columns here are counts and sequence numbers, far below 2^53. */
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

/**
 * Two pools on one database: decisions and the access log ask through `pool`, everything else through Prisma, so that a slow
 * page can never take the last connection from a decision.
 * @param connections How many connections both may hold together (DATABASE_POOL).
 */
export function connectDatabase(
  url: string,
  connections: number,
  log: Logger,
): { pool: pg.Pool; prisma: PrismaClient; close(): Promise<void> } {
  const config = {
    ...clientConfig(url),
    connectionTimeoutMillis: connectTimeoutMilliseconds,
    statement_timeout: statementTimeoutMilliseconds,
    idle_in_transaction_session_timeout: statementTimeoutMilliseconds,
    application_name: "keyward",
    Client: BoundedClient,
  };
  const pool = new pg.Pool({ ...config, max: Math.ceil(connections / 2) });
  pool.on("error", (error) => log.warn({ error: error.message }, "a database connection was lost"));
  const prisma = new PrismaClient({
    adapter: new PrismaPg(
      { ...config, max: Math.floor(connections / 2) },
      { onPoolError: (error) => log.warn({ error: error.message }, "a database connection was lost") },
    ),
    transactionOptions: { maxWait: connectTimeoutMilliseconds, timeout: statementTimeoutMilliseconds },
  });
  return { pool, prisma, close: async () => void (await Promise.all([pool.end(), prisma.$disconnect()])) };
}

/** The parts of a connection URL. Given whole, pg would let the URL override what stands beside it. */
export function clientConfig(url: string): pg.ClientConfig {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url);
  const sslmode = searchParams.get("sslmode");
  return {
    host: hostname.replace(/^\[(.*)\]$/, "$1"),
    port: port ? Number(port) : 5432,
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)),
    ...(sslmode && sslmode !== "disable"
      ? { ssl: { rejectUnauthorized: sslmode.startsWith("verify") } }
      : {}),
  };
}
