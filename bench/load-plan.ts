/** What the process that asks is told to do. */
export type LoadPlan = {
  /** On 127.0.0.1; connections are spread over them. */
  ports: number[];
  /** Whole requests as they go over the wire, sent in turn. */
  requests: string[];
  /** What the answers may be; any other ends the benchmark. */
  statuses: number[];
  connections: number;
  /** Not counted: the connections are made, and the client's own code is warm. */
  leadSeconds: number;
  seconds: number;
  /** It goes on until so many are counted, be they slow: a percentile of few says nothing. */
  leastAnswers?: number;
  /** Requests a second, sent whether or not earlier ones were answered. Null: each connection asks again once it is answered. */
  rate: number | null;
};

export type LoadResult = {
  /** Everything that was asked, the lead included. */
  answers: number;
  answersPerSecond: number;
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
  /** Processor time of the process that asked, a request. */
  clientMicroseconds: number;
};
