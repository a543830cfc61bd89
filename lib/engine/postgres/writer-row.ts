import { momentText } from "../log/moment";
import type { Pool, QueryConfig } from "./client";

const queryTimeoutMilliseconds = 2000;

const clockColumns = `extract(epoch FROM clock_timestamp())::float8 * 1000 AS "databaseMs",
  extract(epoch FROM (SELECT max(frontier_at) FROM access_log.writers))::float8 * 1000 AS "frontierMs"`;

/**
 * A writer as the database knows it, and the database's time as the writer knows it. Times that it gives only rise, and lie
 * above every frontier it has promised or seen.
 */
export class WriterRow {
  /** Microseconds: the latest time given, or promised to be left behind. */
  private floor = 0;
  private clock = { databaseMs: Date.now(), mono: performance.now() };

  constructor(
    private readonly pool: Pool,
    private readonly id: string,
  ) {}

  /** The database's time, and always later than the one before. */
  nextMoment(): string {
    return momentText(this.nextMoments(1));
  }

  /** The first of so many such times, a microsecond apart: what is written together shares one look at the clock. */
  nextMoments(count: number): number {
    const now = this.clock.databaseMs + (performance.now() - this.clock.mono);
    const first = Math.max(this.floor + 1, Math.floor(now * 1000));
    this.floor = first + count - 1;
    return first;
  }

  /**
   * Makes this writer known, then starts above whatever any reader can have been told is complete: a reader that did not see
   * this writer saw no frontier and no clock later than those read here, after it was there.
   */
  async join(): Promise<void> {
    await this.ask(
      "INSERT INTO access_log.writers (id, frontier_at) VALUES ($1, clock_timestamp()) ON CONFLICT (id) DO NOTHING",
      [this.id],
    );
    await this.readClock(`SELECT ${clockColumns}`, []);
  }

  /** Says that this writer is there. @param frontier No entry at or before it will follow. @returns Whether it is known. */
  renew(appendedSeq: number, frontier: string | null): Promise<boolean> {
    return this.readClock(
      `WITH mine AS (
         UPDATE access_log.writers SET renewed_at = clock_timestamp(), closed_at = NULL,
           appended_seq = greatest(appended_seq, $2::bigint), frontier_at = greatest(frontier_at, $3::timestamptz)
         WHERE id = $1 RETURNING 1)
       SELECT ${clockColumns} FROM mine`,
      [this.id, appendedSeq, frontier],
    );
  }

  async close(): Promise<void> {
    await this.ask("UPDATE access_log.writers SET closed_at = clock_timestamp() WHERE id = $1", [this.id]);
  }

  private async readClock(text: string, values: unknown[]): Promise<boolean> {
    const sent = performance.now();
    const [now] = await this.ask<{ databaseMs: number; frontierMs: number }>(text, values);
    if (!now) return false;
    this.clock = { databaseMs: now.databaseMs, mono: (sent + performance.now()) / 2 };
    this.floor = Math.max(this.floor, Math.ceil(now.frontierMs * 1000) + 1);
    return true;
  }

  private async ask<Row extends object>(text: string, values: unknown[]): Promise<Row[]> {
    const query = { text, values, query_timeout: queryTimeoutMilliseconds } as QueryConfig;
    return (await this.pool.query<Row>(query)).rows;
  }
}
