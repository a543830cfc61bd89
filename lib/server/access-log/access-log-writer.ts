import { randomUUID } from "node:crypto";
import type { Pool, QueryConfig } from "pg";
import type { Logger } from "pino";
import type { LogCode, LogSource, Outcome } from "@/lib/contracts/access-logs";
import { AppError } from "../app-error";
import { cleanText } from "./clean-text";

/** One decision or sign-in attempt, as it is handed to the log. Its time and number are given when it is written. */
export type NewEntry = {
  kind: "decision" | "sign_in";
  requestId: string;
  workspaceId: string | null;
  keyId: string | null;
  userId: string | null;
  source: LogSource;
  method: string | null;
  path: string | null;
  outcome: Outcome;
  status: number;
  code: LogCode;
  ip: string | null;
  userAgent: string | null;
};

type Waiting = { entry: NewEntry; resolve: () => void; reject: (error: unknown) => void };

/** Entries in one statement, and in memory while the database is slow: beyond it, decisions are refused rather than unlogged. */
const batchLimit = 1000;
const waitingLimit = 20_000;
const timeoutMilliseconds = 5000;
const heartbeatMilliseconds = 500;
const renewTimeoutMilliseconds = 2000;

/**
 * Writes the access log. Guarantees:
 * - `append` resolves after PostgreSQL has committed the entry, so an answered request's entry survives any crash of ours.
 * - An entry is (writer, seq); a writer is one process life, and its numbers have no holes.
 * - Nothing ever appears at or before a writer's `frontier_at`: times are the database's, and given above it.
 * Entries that wait while a batch is under way share the next one, so that throughput does not hang on latency.
 */
export class AccessLogWriter {
  private writer: string | null = null;
  private seq = 0;
  private waiting: Waiting[] = [];
  private flushing: Promise<void> | null = null;
  private joining: Promise<void> | null = null;
  private heartbeat: NodeJS.Timeout | null = null;
  private closed = false;
  private away = false;

  constructor(
    private readonly pool: Pool,
    private readonly log: Logger,
  ) {}

  /** Joins the log and keeps the frontier moving while nothing is written. */
  async start(): Promise<void> {
    await this.join();
    let renewing = false;
    this.heartbeat = setInterval(async () => {
      // One at a time: while the database hangs, heartbeats must not take its connections one after the other.
      if (renewing) return;
      renewing = true;
      await this.renew();
      renewing = false;
    }, heartbeatMilliseconds);
    this.heartbeat.unref();
  }

  /** Whether this process has joined the log and could last move its frontier: that PostgreSQL answers, half a second ago. */
  get healthy(): boolean {
    return this.writer !== null && !this.away;
  }

  append(entry: NewEntry): Promise<void> {
    if (this.closed || this.waiting.length >= waitingLimit) return Promise.reject(unavailable());
    return new Promise((resolve, reject) => {
      this.waiting.push({ entry, resolve, reject });
      // One turn of the event loop is waited for, so that the decisions of a turn travel together.
      this.flushing ??= new Promise<void>((done) => setImmediate(() => void this.flush().finally(done)));
    });
  }

  /** Writes what waits, then leaves, so that "complete up to" need not wait for this process. */
  async close(): Promise<void> {
    this.closed = true;
    if (this.heartbeat) clearInterval(this.heartbeat);
    await this.flushing;
    if (this.writer)
      await this.pool.query("UPDATE access_log.writers SET closed_at = clock_timestamp() WHERE id = $1", [
        this.writer,
      ]);
    this.writer = null;
  }

  private async flush(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, batchLimit);
      try {
        await this.write(batch.map(({ entry }) => entry));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        this.log.error(
          { error: (error as Error).message, entries: batch.length },
          "the access log could not be written",
        );
        // Whether the batch was committed is not known: a new writer starts at 1 and cannot collide with it.
        this.writer = null;
        for (const { reject } of batch) reject(unavailable());
      }
    }
    this.flushing = null;
  }

  private async write(entries: NewEntry[]): Promise<void> {
    if (!this.writer) await this.join();
    const { rowCount } = await this.pool.query({
      name: "append-entries",
      text: appendStatement,
      values: this.valuesOf(entries),
      query_timeout: timeoutMilliseconds,
    } as never);
    if (rowCount !== entries.length) throw new Error(`${rowCount} of ${entries.length} entries were written`);
    this.seq += entries.length;
  }

  private valuesOf(entries: NewEntry[]): unknown[] {
    return [
      this.writer,
      this.seq,
      entries.length,
      entries.map((entry) => entry.kind),
      entries.map((entry) => entry.requestId),
      entries.map((entry) => entry.workspaceId),
      entries.map((entry) => entry.keyId),
      entries.map((entry) => entry.userId),
      entries.map((entry) => entry.source),
      entries.map((entry) => cleanText(entry.method, 16)),
      entries.map((entry) => cleanText(entry.path, 2048)),
      entries.map((entry) => entry.outcome),
      entries.map((entry) => entry.status),
      entries.map((entry) => entry.code),
      entries.map((entry) => entry.ip),
      entries.map((entry) => cleanText(entry.userAgent, 512)),
    ];
  }

  /** Joins once, whoever asks: a second writer of the same process would hold the frontier back until it is closed. */
  private join(): Promise<void> {
    this.joining ??= this.joinAnew().finally(() => {
      this.joining = null;
    });
    return this.joining;
  }

  private async joinAnew(): Promise<void> {
    const id = randomUUID();
    await this.pool.query(
      `INSERT INTO access_log.writers (id, frontier_at)
       VALUES ($1, greatest(clock_timestamp(), (SELECT max(frontier_at) FROM access_log.writers)))`,
      [id],
    );
    this.writer = id;
    this.seq = 0;
  }

  /** Moves the frontier of an idle writer, and closes writers whose process is gone. A closed one can never write again. */
  private async renew(): Promise<void> {
    try {
      if (!this.writer) await this.join();
      const { writer } = this;
      const { rowCount } = await this.pool.query({
        text: `UPDATE access_log.writers SET renewed_at = clock_timestamp(), frontier_at = greatest(frontier_at, clock_timestamp())
         WHERE id = $1 AND closed_at IS NULL`,
        values: [writer],
        query_timeout: renewTimeoutMilliseconds,
      } as QueryConfig);
      this.away = false;
      // Closed by another instance while this process was stopped: join anew.
      if (rowCount === 0 && !this.flushing && this.writer === writer) this.writer = null;
      await this.pool.query(
        `UPDATE access_log.writers SET closed_at = clock_timestamp() WHERE id IN (
           SELECT id FROM access_log.writers
           WHERE closed_at IS NULL AND renewed_at < clock_timestamp() - interval '10 seconds' FOR UPDATE SKIP LOCKED)`,
      );
    } catch (error) {
      this.away = true;
      this.log.warn({ error: (error as Error).message }, "the access log's frontier could not be moved");
    }
  }
}

/**
 * One statement: move the writer's number and frontier, insert the entries, and count them by key and hour. It writes nothing
 * where the writer was closed or is not where this process thinks it is. Locks are taken in key order: no deadlocks.
 */
const appendStatement = `
  WITH writer AS (
    UPDATE access_log.writers
    SET appended_seq = appended_seq + $3::int, renewed_at = clock_timestamp(),
        frontier_at = greatest(frontier_at + interval '1 microsecond', clock_timestamp())
    WHERE id = $1::uuid AND closed_at IS NULL AND appended_seq = $2::bigint
    RETURNING id, frontier_at
  ), entry AS (
    SELECT writer.id AS writer, writer.frontier_at AS at, $2::bigint + e.number AS seq, e.*
    FROM writer, unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[],
      $12::text[], $13::smallint[], $14::text[], $15::inet[], $16::text[]) WITH ORDINALITY
      AS e (kind, request_id, workspace_id, key_id, user_id, source, method, path, outcome, status, code, ip, user_agent, number)
  ), last_use AS (
    INSERT INTO access_log.last_uses AS l (key_id, at, ip, user_agent)
    SELECT DISTINCT ON (key_id) key_id, at, ip, user_agent FROM entry
    WHERE key_id IS NOT NULL AND outcome = 'allowed' ORDER BY key_id, seq DESC
    ON CONFLICT (key_id) DO UPDATE SET at = excluded.at, ip = excluded.ip, user_agent = excluded.user_agent WHERE l.at < excluded.at
  ), hourly_use AS (
    INSERT INTO access_log.hourly_uses AS h (key_id, hour, workspace_id, allowed, denied)
    SELECT key_id, date_trunc('hour', at, 'UTC'), workspace_id,
      count(*) FILTER (WHERE outcome = 'allowed'), count(*) FILTER (WHERE outcome = 'denied')
    FROM entry WHERE key_id IS NOT NULL GROUP BY 1, 2, 3 ORDER BY 1
    ON CONFLICT (key_id, hour) DO UPDATE SET allowed = h.allowed + excluded.allowed, denied = h.denied + excluded.denied
  )
  INSERT INTO access_log.entries (at, writer, seq, kind, request_id, workspace_id, key_id, user_id, source, method, path, outcome, status, code, ip, user_agent)
  SELECT at, writer, seq, kind, request_id, workspace_id, key_id, user_id, source, method, path, outcome, status, code, ip, user_agent FROM entry`;

function unavailable(): AppError {
  return new AppError("unavailable", "The access log cannot be written right now. Try again shortly.", {
    retryAfterSeconds: 1,
  });
}
