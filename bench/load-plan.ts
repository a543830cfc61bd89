/** The instructions for the load generator. */
export type LoadPlan = {
  /** On 127.0.0.1. Connections are distributed over them. */
  ports: number[];
  /** Complete raw requests, sent in turn. */
  requests: string[];
  /** The expected status codes. Any other aborts the benchmark. */
  statuses: number[];
  connections: number;
  /** Not counted: connections are opened, and the client's code is warmed up. */
  leadSeconds: number;
  seconds: number;
  /** It continues until this many are counted, however slow, because a percentile of few values is meaningless. */
  leastAnswers?: number;
  /** Requests per second, sent regardless of responses (open loop). Null for a closed loop. */
  rate: number | null;
};

export type LoadResult = {
  /** All requests, including the warm-up. */
  answers: number;
  answersPerSecond: number;
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
  /** CPU time of the load generator per request. */
  clientMicroseconds: number;
};
