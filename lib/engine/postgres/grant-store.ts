import type {
  GrantReply,
  GrantRequest,
  GrantStore,
  GrantUse,
  LimitTimes,
  LocalUses,
} from "../limits/grant-store";
import type { Pool, QueryConfig } from "./client";

type Waiting = {
  asks: GrantRequest[];
  instances: number;
  resolve: (replies: GrantReply[]) => void;
  reject: (error: unknown) => void;
};

/** How many requests or uses go into one statement. */
const batchLimit = 200;

/**
 * Grants from PostgreSQL: one row per limit, by the functions of the schema `limits`. Requests of one turn of the event loop, or
 * made while a statement is in flight, share a statement.
 */
export class PostgresGrants implements GrantStore {
  /** How many statements asked for grants, for tests and benchmarks. */
  statements = 0;
  private waiting: Waiting[] = [];
  private flushing = false;

  constructor(
    private readonly pool: Pool,
    private readonly times: LimitTimes,
    /** For tests that replay a history: milliseconds since 1970. Otherwise the server's clock is used. */
    private readonly replayedTime: () => number | null = () => null,
  ) {}

  take(_workspaceId: string, asks: GrantRequest[], instances: number): Promise<GrantReply[]> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ asks, instances, resolve, reject });
      if (this.flushing) return;
      this.flushing = true;
      setImmediate(() => void this.flush());
    });
  }

  async giveBack(uses: GrantUse[]): Promise<void> {
    for (let from = 0; from < uses.length; from += batchLimit) {
      const batch = uses.slice(from, from + batchLimit);
      await this.ask("SELECT limits.give_back($1, $2, $3)", [
        batch.map(({ id }) => id),
        batch.map(({ grant }) => grant),
        batch.map(({ used }) => used),
      ]);
    }
  }

  async importUses(holder: string, uses: LocalUses[]): Promise<void> {
    const rows = uses.flatMap(({ id, ages, uses: counts }) =>
      ages.map((age, index) => ({ id, age, used: counts[index] })),
    );
    await this.ask("SELECT limits.enter($1, $2, $3, $4, $5, $6)", [
      holder,
      rows.map(({ id }) => id),
      rows.map(({ age }) => age),
      rows.map(({ used }) => used),
      this.countedMs,
      this.replayedTime(),
    ]);
  }

  async sweep(): Promise<void> {
    // Rows that are locked are in use, so skip them.
    await this.pool.query(
      `DELETE FROM limits.grants WHERE ctid IN (
         SELECT ctid FROM limits.grants
         WHERE coalesce(times[cardinality(times)], 0) < extract(epoch FROM clock_timestamp()) * 1000 - $1
         FOR UPDATE SKIP LOCKED)`,
      [this.countedMs],
    );
  }

  /** Not needed: leases already show whether PostgreSQL answers. */
  async ping(): Promise<void> {}
  open(): void {}
  close(): void {}

  private get countedMs(): number {
    return this.times.windowMs + this.times.grantMs;
  }

  private async flush(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, batchLimit);
      try {
        const replies = await this.takeTogether(batch);
        let next = 0;
        for (const { asks, resolve } of batch) {
          resolve(replies.slice(next, next + asks.length));
          next += asks.length;
        }
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.flushing = false;
  }

  private async takeTogether(batch: Waiting[]): Promise<GrantReply[]> {
    this.statements += 1;
    const asks = batch.flatMap(({ asks }) => asks);
    const { rows } = await this.ask<GrantReply>(
      'SELECT granted, remaining, next_ms AS "nextMs", full_ms AS "fullMs" FROM limits.take($1, $2, $3, $4, $5, $6, $7, $8)',
      [
        batch.flatMap(({ asks }, group) => asks.map(() => group)),
        asks.map(({ id }) => id),
        asks.map(({ limit }) => limit),
        asks.map(({ wanted }) => wanted),
        asks.map(({ grant }) => grant),
        Math.max(...batch.map(({ instances }) => instances)),
        this.countedMs,
        this.replayedTime(),
      ],
    );
    return rows;
  }

  private ask<Row extends object>(text: string, values: unknown[]): Promise<{ rows: Row[] }> {
    return this.pool.query<Row>({
      text,
      values,
      query_timeout: this.times.timeoutMs,
    } as QueryConfig);
  }
}
