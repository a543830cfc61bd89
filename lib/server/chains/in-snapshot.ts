import { BoundedClient, type ClientBase, type ClientConfig } from "@/lib/engine/postgres/client";
import { runtime } from "../runtime";

const longestMs = 12 * 3_600_000;

/**
 * Gives `work` two connections that see the same moment of the database, for as long as it takes. Nothing can be changed. They
 * aren't of the pool, whose connections have to answer quickly.
 */
export async function inSnapshot<Result>(
  work: (client: ClientBase, other: ClientBase) => Promise<Result>,
): Promise<Result> {
  const [client, other] = [patientClient(), patientClient()];
  try {
    await Promise.all([client.connect(), other.connect()]);
    let snapshot = "";
    for (const one of [client, other]) {
      await one.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
      if (snapshot) await one.query(`SET TRANSACTION SNAPSHOT '${snapshot}'`);
      const { rows } = await one.query<{ id: string }>("SELECT pg_export_snapshot() AS id");
      snapshot = rows[0]?.id ?? "";
      await one.query("SET LOCAL statement_timeout = 0");
      await one.query("SET LOCAL idle_in_transaction_session_timeout = 0");
    }
    return await work(client, other);
  } finally {
    await Promise.all([client.end(), other.end()]);
  }
}

function patientClient(): BoundedClient {
  // The pool keeps the password in a property that isn't enumerable.
  const config: ClientConfig = Object.defineProperties(
    {},
    Object.getOwnPropertyDescriptors(runtime().pool.options),
  );
  return new BoundedClient(Object.assign(config, { query_timeout: longestMs }));
}
