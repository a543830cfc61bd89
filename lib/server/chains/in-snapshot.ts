import type { PoolClient } from "@/lib/engine/postgres/client";
import { inTransaction } from "@/lib/engine/postgres/in-transaction";
import { runtime } from "../runtime";

const longestMs = 12 * 3_600_000;

/** Reads a single moment of the database, for as long as it takes. Nothing can be changed. */
export async function inSnapshot<Result>(work: (client: PoolClient) => Promise<Result>): Promise<Result> {
  let result: Result | undefined;
  await inTransaction(runtime().pool, longestMs, async (client) => {
    await client.query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
    await client.query("SET LOCAL statement_timeout = '1h'");
    result = await work(client);
  });
  return result as Result;
}
