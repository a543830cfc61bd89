import type { Pool, QueryConfig } from "@/lib/engine/postgres/client";

/**
 * A pool for a library that names its statements. Named statements stay with a connection, and a transaction pooler hands the
 * next query to another one, so the names are left out.
 */
export function unprepared(pool: Pool): { query(query: QueryConfig): Promise<unknown> } {
  return { query: ({ text, values }) => pool.query({ text, values }) };
}
