import type { Pool, PoolClient } from "./client";

/** Runs `work` in a transaction. After `timeoutMs` it destroys the connection, so the transaction always ends. */
export async function inTransaction<Result>(
  pool: Pool,
  timeoutMs: number,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  let failed = true;
  const ignore = () => {};
  // A lost connection also emits an error event, which would crash the process without a listener.
  client.on("error", ignore);
  // COPY has no timeout.
  const deadline = setTimeout(() => {
    (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  }, timeoutMs);
  try {
    await client.query("BEGIN");
    const result = await work(client);
    await client.query("COMMIT");
    failed = false;
    return result;
  } finally {
    clearTimeout(deadline);
    if (!failed) client.off("error", ignore);
    // A connection whose transaction failed is in an unknown state, so it isn't used again.
    client.release(failed);
  }
}
