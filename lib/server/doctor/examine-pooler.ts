import { BoundedClient, type ClientConfig } from "@/lib/engine/postgres/client";
import { type Finding, note, ok, problem, reasonOf } from "./finding";

export type PoolerFacts = {
  /** The process that the other end named at the connection, and the one that answered a query. They differ behind a pooler. */
  announced: number | null;
  answered: number;
  /** The process that answered another connection, while the first was open and idle. */
  answeredOther: number;
  /** Why a transaction with several statements is refused. Null if it isn't. */
  refusal: string | null;
};

/** Finds out whether a pooler is in front of PostgreSQL, and in which mode. */
export async function examinePooler(config: ClientConfig): Promise<Finding[]> {
  return judgePooler(await findPoolerFacts(config));
}

async function findPoolerFacts(config: ClientConfig): Promise<PoolerFacts> {
  const [one, other] = [new BoundedClient(config), new BoundedClient(config)];
  try {
    await one.connect();
    await other.connect();
    const answered = await processOf(one);
    const answeredOther = await processOf(other);
    // pg keeps what the server announced, and its types leave it out.
    const { processID: announced } = one as unknown as { processID: number | null };
    return { announced, answered, answeredOther, refusal: await tryTransaction(one) };
  } finally {
    await Promise.all([one, other].map((client) => client.end().catch(() => {})));
  }
}

async function processOf(client: BoundedClient): Promise<number> {
  const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
  return rows[0]?.pid ?? 0;
}

async function tryTransaction(client: BoundedClient): Promise<string | null> {
  try {
    await client.query("BEGIN");
    await client.query("SELECT 1");
    await client.query("COMMIT");
    return null;
  } catch (error) {
    return reasonOf(error);
  }
}

export function judgePooler({ announced, answered, answeredOther, refusal }: PoolerFacts): Finding[] {
  const id = "database.pooler";
  if (refusal !== null)
    return [problem(id, `Transactions are refused, so a pooler is probably in statement mode: ${refusal}.`)];
  if (announced === answered && answered !== answeredOther)
    return [ok(id, "No pooler is in front of the database.")];
  const mode =
    answered === answeredOther
      ? "in transaction mode"
      : "in session mode, or in transaction mode and busy with other clients";
  return [
    note(
      id,
      `A pooler is in front of the database, ${mode}. A revocation takes up to a second longer if it doesn't pass notifications on.`,
    ),
  ];
}
