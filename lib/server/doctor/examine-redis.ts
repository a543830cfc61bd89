import { type RedisServerFacts, readServerFacts } from "@/lib/engine/redis/read-server-facts";
import { type Finding, note, ok, problem, reasonOf, warning } from "./finding";

/** A server that was asked. A text is the reason why it doesn't answer. */
type Answer = { address: string; facts: RedisServerFacts | string };

/** Asks each server that REDIS_URL names. */
export async function examineRedis(urls: readonly string[], timeoutMs: number): Promise<Finding[]> {
  const [first = ""] = urls;
  const answers = await Promise.all(
    urls.map(async (url): Promise<Answer> => {
      const address = new URL(url).host;
      try {
        return { address, facts: await readServerFacts(url, first, timeoutMs) };
      } catch (error) {
        return { address, facts: reasonOf(error) };
      }
    }),
  );
  return judgeRedis(answers);
}

export function judgeRedis(answers: readonly Answer[]): Finding[] {
  return answers.flatMap(({ address, facts }) => {
    if (typeof facts === "string")
      return [warning("redis.connection", `Redis at ${address} doesn't answer: ${facts}.`)];
    return [
      judgeConnection(address, facts, answers.length > 1),
      judgeEviction(address, facts),
      judgePersistence(address, facts),
    ];
  });
}

function judgeConnection(address: string, facts: RedisServerFacts, isListed: boolean): Finding {
  const id = "redis.connection";
  if (facts.isCluster && !isListed)
    return problem(
      id,
      `Redis at ${address} is a node of a cluster, but REDIS_URL names only one node, so it is used as a single server.`,
      "Name at least two nodes of the cluster in REDIS_URL, with a comma.",
    );
  if (!facts.isCluster && isListed)
    return problem(
      id,
      `REDIS_URL names several nodes, but Redis at ${address} isn't a node of a cluster.`,
      "Name one server in REDIS_URL.",
    );
  if (facts.isCluster && facts.clusterState !== "ok")
    return problem(id, `The cluster of Redis at ${address} is in the state ${facts.clusterState}.`);
  if (!facts.isCluster && facts.role !== "master")
    return problem(id, `Redis at ${address} is a replica, which can't be written.`);
  return ok(id, `Redis at ${address} answers.`);
}

const megabyte = 2 ** 20;

function judgeEviction(address: string, facts: RedisServerFacts): Finding {
  const id = "redis.eviction";
  const { evictionPolicy, maxMemoryBytes, usedMemoryBytes } = facts;
  const what = `The maxmemory-policy of Redis at ${address} is ${evictionPolicy}`;
  const isFull = maxMemoryBytes > 0 && usedMemoryBytes > 0.9 * maxMemoryBytes;
  if (evictionPolicy === "noeviction") {
    if (!isFull) return ok(id, `${what}.`);
    const used = `${Math.ceil(usedMemoryBytes / megabyte)} of ${Math.floor(maxMemoryBytes / megabyte)} MB`;
    return warning(id, `${what}, and ${used} are used: soon it refuses writes.`, "Give Redis more memory.");
  }
  if (maxMemoryBytes === 0) return note(id, `${what}. Without maxmemory nothing is evicted.`);
  return problem(id, `${what}, with maxmemory ${Math.floor(maxMemoryBytes / megabyte)} MB.`);
}

function judgePersistence(address: string, facts: RedisServerFacts): Finding {
  const id = "redis.persistence";
  if (facts.isLoading)
    return warning(id, `Redis at ${address} is loading its data, and refuses commands.`, "Wait.");
  if (!facts.savesSnapshots) return problem(id, `The last snapshot of Redis at ${address} failed.`);
  if (!facts.savesAppendOnlyFile)
    return problem(id, `Redis at ${address} couldn't write its append-only file.`);
  return ok(id, `Redis at ${address} has no trouble saving.`);
}
