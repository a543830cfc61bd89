import { Redis } from "ioredis";
import { withTimeout } from "../limits/with-timeout";
import { credentialsOf, nodeOf } from "./grant-store";

/** What a Redis server says about itself. */
export type RedisServerFacts = {
  address: string;
  /** `master`, or `slave` for a replica. */
  role: string;
  isCluster: boolean;
  /** `ok`, or `fail` while slots are missing. Null without a cluster. */
  clusterState: string | null;
  maxMemoryBytes: number;
  usedMemoryBytes: number;
  evictionPolicy: string;
  isLoading: boolean;
  /** Whether the last attempt to save to disk worked. */
  savesSnapshots: boolean;
  savesAppendOnlyFile: boolean;
};

/**
 * Asks one server, over a connection of its own.
 * @param credentialsUrl The URL whose credentials are used, as `RedisGrants` does for the nodes of a cluster.
 */
export async function readServerFacts(
  url: string,
  credentialsUrl: string,
  timeoutMs: number,
): Promise<RedisServerFacts> {
  const { host, port } = nodeOf(url);
  const redis = new Redis({
    ...{ host, port, ...credentialsOf(credentialsUrl) },
    ...{ connectTimeout: timeoutMs, commandTimeout: timeoutMs, maxRetriesPerRequest: 0, lazyConnect: true },
    enableOfflineQueue: false,
    retryStrategy: () => null,
  });
  // connect() rejects with "Connection is closed"; the event says why.
  let reason: Error | undefined;
  redis.on("error", (error: Error) => {
    reason ??= error;
  });
  try {
    // ioredis waits for the first answer without a limit.
    await withTimeout(redis.connect(), timeoutMs);
    const info = parseInfo(await redis.info());
    const isCluster = info.get("cluster_enabled") === "1";
    const cluster = isCluster ? parseInfo(String(await redis.cluster("INFO"))) : null;
    return {
      address: `${host}:${port}`,
      role: info.get("role") ?? "",
      isCluster,
      clusterState: cluster?.get("cluster_state") ?? null,
      maxMemoryBytes: Number(info.get("maxmemory") ?? 0),
      usedMemoryBytes: Number(info.get("used_memory") ?? 0),
      evictionPolicy: info.get("maxmemory_policy") ?? "",
      isLoading: info.get("loading") === "1",
      savesSnapshots: info.get("rdb_last_bgsave_status") !== "err",
      savesAppendOnlyFile: info.get("aof_last_write_status") !== "err",
    };
  } catch (error) {
    throw reason ?? error;
  } finally {
    redis.disconnect();
  }
}

function parseInfo(text: string): Map<string, string> {
  return new Map(
    text.split(/\r?\n/).flatMap((line): [string, string][] => {
      const colon = line.indexOf(":");
      return colon === -1 ? [] : [[line.slice(0, colon), line.slice(colon + 1)]];
    }),
  );
}
