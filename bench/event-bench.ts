import path from "node:path";
import { Pool } from "pg";
import type { BenchDatabase, Database } from "./bench-database";
import { root, type ServerProcess, startServer } from "./server-process";

/** An instance that delivers the events of ten subscriptions to ten endpoints, which are in another process. */
export type EventBench = {
  server: ServerProcess;
  database: Database;
  /** Writes events, one for each subscription in turn, in one transaction. */
  recordMany(count: number): Promise<void>;
  /** Writes one event for one subscription. @returns Its id. */
  record(subscription: number): Promise<string>;
  /** Lets the instance deliver, or not. */
  setStatus(status: "active" | "paused"): Promise<void>;
  /** Resolves when nothing is left to deliver to the first so many subscriptions. */
  waitUntilDelivered(count: number): Promise<void>;
  /** When each event first arrived, by id, in Unix milliseconds. */
  arrivals(): Promise<Map<string, number>>;
  /** Lets the last endpoint answer no more. */
  hang(): Promise<void>;
  /** Deletes all events, and lets every endpoint answer. */
  reset(): Promise<void>;
  close(): Promise<void>;
};

export const subscriptionCount = 10;
/** About as much as a change of a key. */
const data = JSON.stringify({
  invoice: { id: "inv_0001", lines: Array(10).fill("a line of an invoice that was paid") },
});

export async function startEventBench(bench: BenchDatabase): Promise<EventBench> {
  const database = await bench.create("bench_events");
  const receiver = await startServer(
    ["dist/bench-event-receiver.mjs"],
    {},
    { path: "/ports" },
    { onAnyProcessor: true },
  );
  const control = async <Answer>(target: string): Promise<Answer> =>
    (await fetch(`http://127.0.0.1:${receiver.port}${target}`)).json() as Promise<Answer>;
  const settings = {
    DATABASE_URL: database.url,
    DATA_DIR: path.join(bench.folder, "events"),
    LOG_LEVEL: "warn",
    WEBHOOK_ALLOW_CIDRS: "127.0.0.0/8",
    NODE_EXTRA_CA_CERTS: path.join(root, "tests/peers/certificates/ca.pem"),
  };
  // Events are written while others are being written.
  const pool = new Pool({ connectionString: database.url, max: 8 });
  pool.on("error", () => {});
  const server = await startServer(["dist/bench-decision-server.mjs"], settings, { path: "/api/ready" });
  const ports = await control<number[]>("/ports");
  const ids: string[] = [];
  for (const [index, port] of ports.entries())
    ids.push(await subscribe(server, bench.secret, `https://127.0.0.1:${port}/events`, typeOf(index)));

  return {
    server,
    database,
    async recordMany(count) {
      const text = `SELECT count(events.record($1, 'bench.number' || number % $2::integer, NULL, NULL, $3)) FROM generate_series(1, $4::integer) number`;
      await database.query(text, [bench.workspaceId, subscriptionCount, data, count]);
    },
    async record(subscription) {
      const text = "SELECT events.record($1, $2, NULL, NULL, $3) AS id";
      const { rows } = await pool.query<{ id: string }>(text, [
        bench.workspaceId,
        typeOf(subscription),
        data,
      ]);
      return rows[0]?.id as string;
    },
    async setStatus(status) {
      await database.query(`UPDATE event_subscriptions SET status = $1::"SubscriptionStatus"`, [status]);
    },
    async waitUntilDelivered(count) {
      const text = `SELECT FROM events.deliveries WHERE status = 'pending' AND subscription_id = ANY ($1) LIMIT 1`;
      const deadline = performance.now() + 120_000;
      while ((await database.query(text, [ids.slice(0, count)])).length > 0) {
        if (performance.now() > deadline) throw new Error("Events were not delivered within two minutes");
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    arrivals: async () => new Map(Object.entries(await control<Record<string, number>>("/arrivals"))),
    hang: () => control("/hang"),
    async reset() {
      await control("/reset");
      await database.query("TRUNCATE events.events, events.deliveries, events.hourly_attempts");
      await database.query(
        "UPDATE event_subscriptions SET failures = 0, failing_since = NULL, next_probe_at = NULL",
      );
    },
    async close() {
      await pool.end();
      await server.stop();
      await receiver.stop();
    },
  };
}

function typeOf(subscription: number): string {
  return `bench.number${subscription}`;
}

export async function subscribe(
  { port }: ServerProcess,
  secret: string,
  endpointUrl: string,
  type: string,
): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/public/v1/event-subscriptions`, {
    method: "POST",
    headers: { Authorization: `Bearer ${secret}`, "Content-Type": "application/json" },
    body: JSON.stringify({ endpointUrl, eventTypes: [type], signingSecret: "a secret of the benchmark" }),
  });
  if (answer.status !== 201)
    throw new Error(`Creating a subscription answered ${answer.status}: ${await answer.text()}`);
  return ((await answer.json()) as { id: string }).id;
}
