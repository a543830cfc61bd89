import type { Pool, PoolClient, QueryConfig } from "pg";

/**
 * A pool for a library that names its statements. Named statements stay with a connection, and a transaction pooler hands the
 * next query to another one, so the names are left out.
 */
export function unprepared(pool: Pool): { connect(): Promise<Pick<PoolClient, "query" | "release">> } {
  return {
    async connect() {
      const client = await pool.connect();
      const query = ({ text, values }: QueryConfig) => client.query({ text, values });
      return { query: query as PoolClient["query"], release: (error) => client.release(error) };
    },
  };
}
