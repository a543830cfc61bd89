import { BoundedClient, type ClientBase } from "@/lib/engine/postgres/client";
import { clientConfig } from "../database";

/** How long a statement, or a standstill of a COPY, may take. */
const longestMs = 12 * 3_600_000;

/** A connection of its own for work that takes as long as the data is large. */
export async function withPatientClient<Result>(
  url: string,
  work: (client: ClientBase) => Promise<Result>,
): Promise<Result> {
  const client = new BoundedClient({
    ...clientConfig(url),
    connectionTimeoutMillis: 5000,
    query_timeout: longestMs,
    application_name: "keyward backup",
    // Keeps firewalls from dropping the connection while PostgreSQL works in silence.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  });
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}

/** For the transaction that has just begun: no time limits but for locks, and values as text that every version reads the same. */
export async function prepareTransaction(client: ClientBase): Promise<void> {
  await client.query(
    `SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL lock_timeout = '30s';
     SET LOCAL DateStyle = 'ISO'; SET LOCAL IntervalStyle = 'postgres'; SET LOCAL TimeZone = 'UTC'; SET LOCAL extra_float_digits = 3;
     SET LOCAL bytea_output = 'hex'`,
  );
}
