import { finished, type Writable } from "node:stream";
import pg from "pg";

export type { ClientBase, ClientConfig, Pool, PoolClient, QueryConfig } from "pg";
export { DatabaseError } from "pg";

/** How long anyone waits for a connection or an answer before it is said that the database is away. */
export const connectTimeoutMs = 2000;
/** Longer than the server's own limit on a statement, so that this one is reached only where the server does not answer at all. */
const answerTimeoutMs = 11_000;
/** How long the server may take to close a connection that we end. */
const closeTimeoutMs = 1000;
/** The longest that a timer can be. */
const noLimit = 2 ** 31 - 1;

/** bigint columns here are counts and sequence numbers, far below 2^53. */
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

type Callback = (error: Error | null, result?: unknown) => void;
/** Not among the types of pg, like what follows. */
type Query = pg.QueryConfig & { query_timeout?: number };
type Stream = {
  destroy(error?: Error): void;
  setTimeout(milliseconds: number): void;
  on(event: "timeout", listener: () => void): void;
  off(event: "timeout", listener: () => void): void;
};
type Inner = { connection: { stream: Stream; once(event: "end", listener: () => void): void } };

/**
 * A connection to PostgreSQL on which nothing is waited for without end: not the connection, an answer, the progress of a COPY
 * nor its closing. A connection that owes an answer is given up: whatever is asked on it next (the ROLLBACK of a transaction)
 * fails at once, and no pool hands it out again. Only this module may import pg, so that there is no other kind.
 */
export class BoundedClient extends pg.Client {
  private readonly answerMs: number;

  constructor(config: pg.ClientConfig = {}) {
    // A pool hides the password from whoever lists its options: a copy by spreading would lack it.
    const limited = Object.defineProperties({} as pg.ClientConfig, Object.getOwnPropertyDescriptors(config));
    limited.connectionTimeoutMillis ||= connectTimeoutMs;
    // Ours is given with each query, since a COPY must not get it.
    limited.query_timeout = undefined;
    super(limited);
    this.answerMs = config.query_timeout || answerTimeoutMs;
    // Lost while it is borrowed from a pool: its queries are told, and an event without a listener would end the process.
    this.on("error", () => {});
  }

  override query<Row extends pg.QueryResultRow>(
    query: string | pg.QueryConfig,
    values?: unknown[],
  ): Promise<pg.QueryResult<Row>>;
  // biome-ignore lint/suspicious/noExplicitAny: pg declares ten overloads, which all come here.
  override query(query: any, values?: any, callback?: any): any;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  override query(query: any, values?: any, callback?: any): any {
    if (typeof query?.submit === "function") {
      this.requireProgress(query);
      return super.query(query, values, callback);
    }
    const given: Callback | undefined = [values, callback].find((one) => typeof one === "function");
    const bounded = this.withTimeout(query, Array.isArray(values) ? values : undefined);
    const checked = (error: Error | null) => {
      if (error?.message === "Query read timeout") this.stream.destroy();
    };
    if (given)
      return super.query(bounded, (error: Error | null, result: unknown) => {
        checked(error);
        given(error, result);
      });
    return super.query(bounded).catch((error: Error) => {
      checked(error);
      throw error;
    });
  }

  /** For a statement that takes as long as its data needs. The caller watches whether the server still answers, and gives up. */
  queryWithoutLimit(text: string): Promise<unknown> {
    return this.query({ text, query_timeout: noLimit } as pg.QueryConfig);
  }

  /** Ends the connection at once; whatever is asked on it fails with this error. */
  giveUp(error: Error): void {
    this.stream.destroy(error);
  }

  // biome-ignore lint/suspicious/noExplicitAny: with a callback it returns nothing.
  override end(callback?: any): any {
    const { connection } = this as unknown as Inner;
    const timer = setTimeout(() => this.stream.destroy(), closeTimeoutMs);
    timer.unref();
    connection.once("end", () => clearTimeout(timer));
    return callback ? super.end(callback) : super.end();
  }

  private get stream(): Stream {
    return (this as unknown as Inner).connection.stream;
  }

  private withTimeout(query: string | Query, values: unknown[] | undefined): pg.QueryConfig {
    const config: Query = typeof query === "string" ? { text: query } : query;
    return {
      ...config,
      ...(values && { values }),
      query_timeout: config.query_timeout || this.answerMs,
    } as pg.QueryConfig;
  }

  /** A stream of rows takes as long as it has rows, but never stands still for longer than an answer may take. */
  private requireProgress(query: Writable): void {
    const { stream } = this;
    const stop = () => stream.destroy(new Error("PostgreSQL took no more rows in time"));
    stream.on("timeout", stop);
    stream.setTimeout(this.answerMs);
    finished(query, () => {
      stream.off("timeout", stop);
      stream.setTimeout(0);
    });
  }
}

/** A pool of such connections. Waiting for a free one has the limit of making one. */
export function createPool(config: pg.PoolConfig): pg.Pool {
  return new pg.Pool({
    ...config,
    connectionTimeoutMillis: config.connectionTimeoutMillis || connectTimeoutMs,
    Client: BoundedClient,
  } as pg.PoolConfig);
}
