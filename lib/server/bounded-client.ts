import pg from "pg";

/** Longer than the server's own limit on a statement, so that this one is reached only where the server does not answer at all. */
const answerTimeoutMilliseconds = 11_000;

type Callback = (error: Error | null, result?: unknown) => void;
/** Not among the types of pg. */
type WithStream = { connection: { stream: { destroy(): void } } };
type Query = string | (pg.QueryConfig & { query_timeout?: number; submit?: unknown });

/**
 * A connection to PostgreSQL on which no answer is waited for without end. A connection that owes an answer is given up: whatever
 * is asked on it next (the ROLLBACK of a transaction) fails at once, and no pool hands it out again.
 */
export class BoundedClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config);
    // Lost while it is borrowed from a pool: its queries are told, and an event without a listener would end the process.
    this.on("error", () => {});
  }

  // biome-ignore lint/suspicious/noExplicitAny: pg declares ten overloads, which all come here.
  override query(query: any, values?: any, callback?: any): any {
    // A stream of rows has a pace of its own, and the server's limit.
    if (typeof query?.submit === "function") return super.query(query, values, callback);
    const given: Callback | undefined = [values, callback].find((one) => typeof one === "function");
    const bounded = withTimeout(query, Array.isArray(values) ? values : undefined);
    const giveUp = (error: Error) => {
      if (error.message === "Query read timeout") (this as unknown as WithStream).connection.stream.destroy();
    };
    if (given)
      return super.query(bounded, (error: Error | null, result: unknown) => {
        if (error) giveUp(error);
        given(error, result);
      });
    return super.query(bounded).catch((error: Error) => {
      giveUp(error);
      throw error;
    });
  }
}

function withTimeout(query: Query, values: unknown[] | undefined): pg.QueryConfig {
  const config = typeof query === "string" ? { text: query } : query;
  return {
    ...config,
    ...(values && { values }),
    query_timeout: (config as { query_timeout?: number }).query_timeout ?? answerTimeoutMilliseconds,
  } as pg.QueryConfig;
}
