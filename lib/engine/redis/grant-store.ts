import { hash } from "node:crypto";
import { Cluster, Redis } from "ioredis";
import type { Logger } from "pino";
import type {
  GrantReply,
  GrantRequest,
  GrantStore,
  GrantUse,
  LimitTimes,
  LocalUses,
} from "../limits/grant-store";
import { enterScript, giveBackScript, takeScript } from "./redis-scripts";

const connectTimeoutMs = 1000;

/** Grants from Redis or Redis Cluster: one value per limit, one script for a key and its workspace. */
export class RedisGrants implements GrantStore {
  private readonly redis: Redis | Cluster;
  /** A connection broke since the last ping. The server that we reach next may have lost its data. */
  private isBroken = false;

  /** @param urls One server, or some nodes of a cluster. */
  constructor(
    urls: string[],
    private readonly times: LimitTimes,
    log: Logger,
    /** For tests that replay a history: milliseconds since 1970. Otherwise the server's clock is used. */
    private readonly replayedTime: () => number | null = () => null,
  ) {
    const options = {
      connectTimeout: connectTimeoutMs,
      commandTimeout: times.timeoutMs,
      maxRetriesPerRequest: 0,
      lazyConnect: true,
    };
    const retry = (attempt: number) => Math.min(100 * attempt, 1000);
    this.redis =
      urls.length > 1
        ? new Cluster(urls.map(nodeOf), {
            enableOfflineQueue: false,
            lazyConnect: true,
            clusterRetryStrategy: retry,
            redisOptions: { ...options, ...credentialsOf(urls[0] as string) },
          })
        : new Redis(urls[0] as string, { ...options, enableOfflineQueue: false, retryStrategy: retry });
    let isAway = false;
    this.redis.on("error", (error: Error) => {
      if (!isAway)
        log.warn(
          { error: error.message },
          "Redis can't be reached, so rate limits are shared through PostgreSQL; see whether it runs and whether REDIS_URL is right",
        );
      isAway = true;
    });
    for (const event of ["close", "-node"])
      this.redis.on(event, () => {
        this.isBroken = true;
      });
    this.redis.on("ready", () => {
      if (isAway) log.info("Redis is reachable again");
      isAway = false;
    });
  }

  open(): void {
    // ioredis keeps retrying, and errors are logged above.
    this.redis.connect().catch(() => {});
  }

  async take(workspaceId: string, asks: GrantRequest[], instances: number): Promise<GrantReply[]> {
    const reply = (await this.run(
      takeScript,
      asks.map(({ id }) => nameOf(workspaceId, id)),
      [...this.clock(), instances, ...asks.flatMap(({ limit, wanted, grant }) => [limit, wanted, grant])],
    )) as [number, number, string, string][];
    return reply.map(([granted, remaining, nextMs, fullMs]) => ({
      granted,
      remaining,
      nextMs: Number(nextMs),
      fullMs: Number(fullMs),
    }));
  }

  async giveBack(uses: GrantUse[]): Promise<void> {
    await Promise.all(
      uses.map(({ workspaceId, id, grant, used }) =>
        this.run(giveBackScript, [nameOf(workspaceId, id)], [grant, used]),
      ),
    );
  }

  async importUses(holder: string, uses: LocalUses[]): Promise<void> {
    await Promise.all(
      uses.map(({ workspaceId, id, ages, uses: counts }) =>
        this.run(
          enterScript,
          [nameOf(workspaceId, id)],
          [...this.clock(), holder, ...ages.flatMap((age, index) => [age, counts[index] as number])],
        ),
      ),
    );
  }

  /** Values expire in Redis. */
  async sweep(): Promise<void> {}

  async ping(): Promise<void> {
    this.throwIfBroken();
    if (this.redis instanceof Cluster)
      await Promise.all(this.redis.nodes("master").map((node) => node.ping()));
    await this.redis.ping();
    this.throwIfBroken();
  }

  private throwIfBroken(): void {
    const { isBroken } = this;
    this.isBroken = false;
    if (isBroken) throw new Error("the connection broke");
  }

  close(): void {
    this.redis.disconnect();
  }

  private clock(): (string | number)[] {
    return [this.times.windowMs + this.times.grantMs, this.replayedTime() ?? ""];
  }

  /** Runs a script by its hash, or sends the script when Redis doesn't know it, as after a restart. */
  private async run(script: string, keys: string[], values: (string | number)[]): Promise<unknown> {
    if (this.isBroken) throw new Error("the connection broke");
    const more = [...keys, ...values];
    try {
      return await this.redis.evalsha(hash("sha1", script), keys.length, ...more);
    } catch (error) {
      if (!(error as Error).message.startsWith("NOSCRIPT")) throw error;
      return this.redis.eval(script, keys.length, ...more);
    }
  }
}

/** The braces are a hash tag: they keep the limits of a workspace on one node of a cluster. */
function nameOf(workspaceId: string, id: string): string {
  return `keyward:limit:{${workspaceId}}:${id}`;
}

export function nodeOf(url: string): { host: string; port: number } {
  const { hostname, port } = new URL(url);
  return { host: hostname.replace(/^\[(.*)\]$/, "$1"), port: Number(port || 6379) };
}

/** The credentials of the first address are used for all nodes of a cluster. */
export function credentialsOf(url: string) {
  const { protocol, username, password } = new URL(url);
  return {
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
    ...(protocol === "rediss:" && { tls: {} }),
  };
}
