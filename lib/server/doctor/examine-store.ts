import { createPool, type Pool } from "@/lib/engine/postgres/client";
import { connectionConfig, resolveSslMode } from "../database";
import type { Env } from "../env";
import { examineClocks } from "./examine-clocks";
import { examineDatabase } from "./examine-database";
import { examinePooler } from "./examine-pooler";
import { examineProxy } from "./examine-proxy";
import { examineSchema } from "./examine-schema";
import { examineSealed } from "./examine-sealed";
import { examineSpool } from "./examine-spool";
import { examineTables } from "./examine-tables";
import { type Finding, note, ok, problem, reasonOf, warning } from "./finding";
import { type Probe, runProbes, withinLimit } from "./run-probes";

/** The URL of an embedded PostgreSQL, or why there is none. */
export type FindEmbedded = (dataDir: string) => { url: string } | { reason: string };

type Store = {
  env: Env;
  /** Names of settings whose values in `env` aren't the operator's. */
  invalid: ReadonlySet<string>;
  findEmbedded: FindEmbedded;
  migrationsFolder: string;
  limitMs: number;
  clockIntervalMs: number;
};

/** Connects to the database, and examines everything that is found there. */
export async function examineStore(store: Store): Promise<Finding[]> {
  const { env, limitMs } = store;
  let url = env.databaseUrl;
  if (url === null) {
    const embedded = store.findEmbedded(env.dataDir);
    if ("reason" in embedded)
      return [
        warning("database.connection", `${embedded.reason}.`, "Start the server, then run this again."),
        unchecked,
      ];
    url = embedded.url;
  }
  let pool: Pool | null = null;
  try {
    const resolved = await withinLimit(limitMs, () => resolveSslMode(url));
    pool = createPool({ ...connectionConfig(resolved), max: 6 });
    // Lost connections fail the queries on them.
    pool.on("error", () => {});
    const opened = pool;
    await withinLimit(limitMs, () => opened.query("SELECT 1"));
    return [
      ok("database.connection", "The database answers."),
      ...(await examineOpen(opened, resolved, store)),
    ];
  } catch (error) {
    return [notConnected(reasonOf(error)), unchecked];
  } finally {
    // A check that hangs keeps its connection.
    await withinLimit(1000, async () => pool?.end()).catch(() => {});
  }
}

const unchecked = note("doctor.incomplete", "Didn't check what needs the database.");

function notConnected(reason: string): Finding {
  const what = `The database can't be used: ${reason}.`;
  if (!/unsupported startup parameter/.test(reason)) return problem("database.connection", what);
  return problem(
    "database.connection",
    what,
    "In PgBouncer, set ignore_startup_parameters = statement_timeout,idle_in_transaction_session_timeout.",
  );
}

async function examineOpen(pool: Pool, url: string, store: Store): Promise<Finding[]> {
  const { env, limitMs } = store;
  const found = await Promise.all([
    runProbes(
      [
        { subject: "the settings of the database", run: () => examineDatabase(pool, env) },
        { subject: "the way to the database", run: () => examinePooler(connectionConfig(url)) },
        { subject: "the clocks", run: () => examineClocks(pool, store.clockIntervalMs) },
      ],
      limitMs,
    ),
    examineContent(pool, store),
  ]);
  return found.flat();
}

async function examineContent(
  pool: Pool,
  { env, invalid, limitMs, migrationsFolder }: Store,
): Promise<Finding[]> {
  let isComplete = false;
  const schema = await runProbes(
    [
      {
        subject: "the schema",
        run: async () => {
          const found = await examineSchema(pool, migrationsFolder);
          isComplete = found.isComplete;
          return found.findings;
        },
      },
    ],
    limitMs,
  );
  if (!isComplete) return schema;
  const address: Probe = {
    subject: "the address that the server sees",
    run: (signal) => examineProxy(pool, env, { signal, stepMs: limitMs * 0.4 }),
  };
  const content = await runProbes(
    [
      { subject: "the tables", run: () => examineTables(pool, env) },
      { subject: "the spool", run: () => examineSpool(pool, env.dataDir) },
      ...(invalid.has("ENCRYPTION_KEYS")
        ? []
        : [{ subject: "encrypted data", run: () => examineSealed(pool, env) }]),
      ...(invalid.has("APP_URL") ? [] : [address]),
    ],
    limitMs,
  );
  return [...schema, ...content];
}
