import { hash } from "node:crypto";
import { RateLimiterPostgres } from "rate-limiter-flexible";
import type { Pool, QueryConfig } from "@/lib/engine/postgres/client";

/** Counts in PostgreSQL, so that the counts hold across instances and restarts. */
export class Throttle {
  private readonly limiter: RateLimiterPostgres;

  constructor(pool: Pool, keyPrefix: string, limit: { points: number; durationSeconds: number }) {
    this.limiter = new RateLimiterPostgres({
      storeClient: withoutStatementNames(pool),
      storeType: "pool",
      tableName: "sign_in_throttles",
      tableCreated: true,
      clearExpiredByTimeout: false,
      keyPrefix,
      points: limit.points,
      duration: limit.durationSeconds,
    });
  }

  /** @returns Null if the attempt is within the limit; otherwise the milliseconds to wait. */
  async consume(key: string): Promise<number | null> {
    try {
      await this.limiter.consume(key);
      return null;
    } catch (refusal) {
      if (refusal instanceof Error) throw refusal;
      return (refusal as { msBeforeNext: number }).msBeforeNext;
    }
  }

  /** Gives back one attempt. */
  async giveBack(key: string): Promise<void> {
    await this.limiter.reward(key);
  }

  async reset(key: string): Promise<void> {
    await this.limiter.delete(key);
  }
}

/**
 * A throttle key for typed text. The hash fits the key column, and nothing that was typed is stored: people sometimes type a
 * password into the email field.
 */
export function hashedKey(text: string): string {
  return hash("sha256", text, "base64url");
}

/**
 * The limiter names its statements. A named statement belongs to one connection, and a transaction pooler sends the next query
 * to another one, so the names are dropped.
 */
function withoutStatementNames(pool: Pool): { query(query: QueryConfig): Promise<unknown> } {
  return { query: ({ text, values }) => pool.query({ text, values }) };
}
