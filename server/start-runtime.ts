import path from "node:path";
import type { Logger } from "pino";
import { createEngine, type Engine } from "@/lib/engine/engine";
import { KeyFormats, nativeFormat } from "@/lib/engine/keys/key-format";
import { type LeaseTimes, leaseTimes } from "@/lib/engine/leases/lease";
import { limitTimes } from "@/lib/engine/limits/grant-store";
import { findDeadSpools } from "@/lib/engine/postgres/adopt-spools";
import type { Pool } from "@/lib/engine/postgres/client";
import { PostgresKeys } from "@/lib/engine/postgres/key-store";
import { postgresStore } from "@/lib/engine/postgres/postgres-store";
import { RedisGrants } from "@/lib/engine/redis/grant-store";
import { BackgroundWork } from "@/lib/server/background-work";
import { loadChainKeys } from "@/lib/server/chains/chain-keys";
import { clientConfig, connectDatabase, resolveSslMode } from "@/lib/server/database";
import { type Env, EnvError } from "@/lib/server/env";
import { secretsOf } from "@/lib/server/env-secrets";
import { findCompleteness } from "@/lib/server/logs/list-access-log";
import { LogStreams } from "@/lib/server/logs/log-streams";
import { MailThrottle } from "@/lib/server/mail-throttle";
import { maskSecrets } from "@/lib/server/mask-secrets";
import { migrate } from "@/lib/server/migrate";
import { LogExporter } from "@/lib/server/otlp/log-exporter";
import { OtlpClient } from "@/lib/server/otlp/otlp-client";
import { type ChainKeys, type Runtime, setRuntime } from "@/lib/server/runtime";
import { ServiceTokenUses } from "@/lib/server/service-token-uses";
import { SignInThrottle } from "@/lib/server/sign-in-throttle";
import { Throttle } from "@/lib/server/throttle";
import { programVersion } from "@/lib/server/version";
import { acquireEmbeddedPostgres } from "./embedded-postgres/embedded-postgres";
import { readLocalSecrets } from "./local-secrets";
import { makeLog } from "./make-log";
import { releaseAll } from "./release-all";

export type Started = {
  server: Runtime;
  /** Releases everything in reverse order. With `linger`, an embedded PostgreSQL keeps running for a moment. */
  stop(options?: { linger?: boolean }): Promise<void>;
};

/**
 * Starts what the server and the command line share: a database with the schema of this build, and the state of one process.
 * @param announce Called with a sentence when the operator has to wait or should know something.
 * @param times For tests.
 */
export async function startRuntime(
  env: Env,
  announce: (sentence: string) => void,
  times: Pick<LeaseTimes, "knownBeforeMs"> = {},
): Promise<Started> {
  const keyFormats = new KeyFormats([nativeFormat(env.apiKeyPrefix)]);
  let mask = maskSecrets(env.secrets);
  let instance: string | undefined;
  const log = makeLog(
    env,
    (line) => mask(keyFormats.mask(line)),
    () => instance,
  );
  const encryptionKeys = (
    env.encryptionKeys.length > 0 ? env.encryptionKeys : readLocalSecrets(env.dataDir, "encryption-key")
  ).map((key) => Buffer.from(key, "base64"));
  const authSecrets = [
    ...(env.authSecret ? [env.authSecret] : readLocalSecrets(env.dataDir, "auth-secret")),
    ...(env.authSecretPrevious ? [env.authSecretPrevious] : []),
  ];
  const embedded = env.databaseUrl
    ? null
    : await acquireEmbeddedPostgres({ dataDir: env.dataDir, log: announce });
  // Also those that aren't in the environment.
  const generated = [...encryptionKeys.map((key) => key.toString("base64")), ...authSecrets];
  mask = maskSecrets([...env.secrets, ...generated, ...secretsOf({ DATABASE_URL: embedded?.url })]);
  let databaseUrl: string;
  try {
    databaseUrl = await resolveSslMode(env.databaseUrl ?? (embedded as { url: string }).url);
    await migrate(databaseUrl, path.join(projectRoot(), "prisma/migrations"), { log });
  } catch (error) {
    await embedded?.release();
    throw new EnvError(
      `the database of ${env.databaseUrl ? "DATABASE_URL" : env.dataDir} can't be used: ${reasonOf(error)}`,
    );
  }
  const database = connectDatabase(databaseUrl, env.databasePool, log);
  let chainKeys: ChainKeys | null;
  try {
    chainKeys = await loadChainKeys(database.pool, encryptionKeys);
    keyFormats.replace(await new PostgresKeys(database.pool).loadFormats(env.apiKeyPrefix));
  } catch (error) {
    await releaseAll([database.close, () => embedded?.release()])().catch(() => {});
    throw error;
  }
  const redis = env.redisUrls.length > 0 ? new RedisGrants(env.redisUrls, limitTimes, log) : null;
  const store = postgresStore(
    database.pool,
    { ...clientConfig(databaseUrl), connectionTimeoutMillis: 2000 },
    redis,
    chainKeys?.access_log ?? null,
  );
  const spool = {
    folder: path.join(env.dataDir, "spool"),
    sync: env.accessLogFsync,
    required: env.accessLogRequired,
  };
  const engine = createEngine(
    store,
    keyFormats,
    {
      requestsPerMinute: env.rateLimitPerMinute,
      leaseTimes: { ...leaseTimes, ...times, staleMs: env.staleVerdictSeconds * 1000 },
      spool,
    },
    log,
  );
  instance = engine.accessLog.writerId;
  engine.leaseKeeper.onAllChanged = () => {
    // A periodic job tries again if this fails.
    new PostgresKeys(database.pool).loadFormats(env.apiKeyPrefix).then(
      (formats) => keyFormats.replace(formats),
      (error: Error) =>
        log.warn(
          { error: error.message },
          "loading key formats failed and is tried again within a minute; until then keys of a new format are refused. See whether the database is reachable",
        ),
    );
  };
  const server: Runtime = {
    env,
    projectRoot: projectRoot(),
    log,
    pool: database.pool,
    prisma: database.prisma,
    engine,
    signInThrottle: new SignInThrottle(database.pool),
    mailThrottle: new MailThrottle(database.pool),
    leakReports: new Throttle(database.pool, "leak_report", { points: 60, durationSeconds: 3600 }),
    endpointTests: new Throttle(database.pool, "endpoint_test", { points: 30, durationSeconds: 600 }),
    eventSends: new Throttle(database.pool, "event_send", { points: 300, durationSeconds: 600 }),
    eventReplays: new Throttle(database.pool, "event_replay", { points: 30, durationSeconds: 3600 }),
    serviceTokenUses: new ServiceTokenUses(),
    logStreams: new LogStreams(async () => (await findCompleteness()).completeUpTo),
    otlp: otlpExport(env, engine, database.pool, log),
    background: new BackgroundWork(log),
    authSecrets,
    encryptionKeys,
    chainKeys,
  };
  setRuntime(server);
  let release: (() => Promise<void>) | undefined;
  return {
    server,
    stop(options) {
      release ??= releaseAll([
        () => server.background.finish(),
        () => engine.stop(),
        () => database.close(),
        () => embedded?.release(options),
      ]);
      return release();
    },
  };
}

function otlpExport(env: Env, { accessLog }: Engine, pool: Pool, log: Logger): Runtime["otlp"] {
  if (env.otlp === null) return null;
  const client = new OtlpClient(env.otlp, programVersion);
  const spoolFolder = path.join(env.dataDir, "spool");
  const exporter = new LogExporter(client, log, {
    accessLog,
    spoolFolder,
    keptBytes: env.otlp.keptBytes,
    findDeadSpools: () => findDeadSpools(pool, spoolFolder, accessLog.writerId),
  });
  return { client, exporter };
}

/** The folder with package.json. The bundles are in its dist/. */
export function projectRoot(): string {
  return path.resolve(import.meta.dirname, "..");
}

/** For a host with several addresses, such as localhost, the error has no message, but one error per address. */
function reasonOf(error: unknown): string {
  const { message, errors } = error as AggregateError;
  return message || errors?.map((one: Error) => one.message).join(", ") || "it does not answer";
}
