import { finished, type Writable } from "node:stream";
import pg from "pg";

export type { ClientBase, ClientConfig, Pool, PoolClient, QueryConfig } from "pg";
export { DatabaseError } from "pg";

/** How long to wait for a connection before we consider the database unavailable. */
export const connectTimeoutMs = 2000;
/** Longer than the server's own statement timeout, so that this one applies only when the server doesn't answer at all. */
const answerTimeoutMs = 11_000;
/** How long the server may take to close a connection. */
const closeTimeoutMs = 1000;
/** The longest timer in Node.js. */
const noLimit = 2 ** 31 - 1;

/** bigint columns here are counts and sequence numbers, far below 2^53. */
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

type Callback = (error: Error | null, result?: unknown) => void;
/** These types describe parts of pg that its own types leave out. */
type Query = pg.QueryConfig & { query_timeout?: number };
type Stream = {
  destroy(error?: Error): void;
  setTimeout(milliseconds: number): void;
  on(event: "timeout", listener: () => void): void;
  off(event: "timeout", listener: () => void): void;
};
type Inner = { connection: { stream: Stream; once(event: "end", listener: () => void): void } };

/**
 * A connection to PostgreSQL with a timeout for everything: connecting, each answer, the progress of a COPY, and closing. After a
 * timeout the connection is destroyed, so the next query on it (such as ROLLBACK) fails at once and no pool reuses it. Only this
 * module may import pg, so that there are no other connections.
 */
export class BoundedClient extends pg.Client {
  private readonly answerMs: number;

  constructor(config: pg.ClientConfig = {}) {
    // A pool makes the password non-enumerable, so spreading the options would lose it.
    const limited = Object.defineProperties({} as pg.ClientConfig, Object.getOwnPropertyDescriptors(config));
    limited.connectionTimeoutMillis ||= connectTimeoutMs;
    // We set the timeout for each query ourselves, because it must not apply to COPY.
    limited.query_timeout = undefined;
    super(limited);
    this.answerMs = config.query_timeout || answerTimeoutMs;
    // When the connection is lost, its queries reject. Without this listener the error event would also crash the process.
    this.on("error", () => {});
  }

  override query<Row extends pg.QueryResultRow>(
    query: string | pg.QueryConfig,
    values?: unknown[],
  ): Promise<pg.QueryResult<Row>>;
  // biome-ignore lint/suspicious/noExplicitAny: pg declares ten overloads, which all come here.
  override query(query: any, values?: any, callback?: any): any;
  // biome-ignore lint/suspicious/noExplicitAny: implements the overload that accepts every argument.
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

  /** For a statement that may take any time. The caller has to check that the server is alive, and call `giveUp` otherwise. */
  queryWithoutLimit(text: string): Promise<unknown> {
    return this.query({ text, query_timeout: noLimit } as pg.QueryConfig);
  }

  /** Destroys the connection. Its queries fail with this error. */
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

  /** A COPY may take any time, but must not stall for longer than an answer may take. */
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

/** A pool of such connections. Waiting for a free one has the same timeout as connecting. */
export function createPool(config: pg.PoolConfig): pg.Pool {
  return new pg.Pool({
    ...config,
    connectionTimeoutMillis: config.connectionTimeoutMillis || connectTimeoutMs,
    Client: BoundedClient,
  } as pg.PoolConfig);
}
