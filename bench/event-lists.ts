import path from "node:path";
import type { BenchDatabase, Database } from "./bench-database";
import { subscribe } from "./event-bench";
import { ask } from "./measure";
import type { Pace } from "./options";
import { type ServerProcess, startServer } from "./server-process";
import { shuffled } from "./statistics";

/** The first page of a subscription's deliveries: p50 in milliseconds, of each round. */
export const listTitles = {
  all: "all",
  failed: "failed only",
  rare: "of a rare type",
  absent: "of a type that it has none of",
} as const;
export type ListName = keyof typeof listTitles;
export type Lists = { few: number; many: number; times: Record<ListName, { few: number[]; many: number[] }> };

const queries: Record<ListName, string> = {
  all: "",
  failed: "&status=failed",
  rare: "&type=bench.rare",
  absent: "&type=bench.absent",
};
const few = 1_000;

/** Measures the same pages in two databases in turn, through the API with a key. */
export async function measureLists(
  bench: BenchDatabase,
  many: number,
  rounds: number,
  pace: Pace,
): Promise<Lists> {
  const sizes = {
    few: await startSize(bench, "bench_few_deliveries", few),
    many: await startSize(bench, "bench_many_deliveries", many),
  };
  const names = Object.keys(listTitles) as ListName[];
  const times = Object.fromEntries(
    names.map((name) => [name, { few: [], many: [] }]),
  ) as unknown as Lists["times"];
  try {
    for (let round = 0; round <= rounds; round += 1)
      for (const name of names)
        for (const size of shuffled(["few", "many"] as const)) {
          const { server, subscriptionId } = sizes[size];
          const target = `/api/public/v1/event-subscriptions/${subscriptionId}/deliveries?limit=50${queries[name]}`;
          const { p50Ms } = await ask({
            ports: [server.port],
            requests: [
              `GET ${target} HTTP/1.1\r\nHost: keyward.example.test\r\nAuthorization: Bearer ${bench.secret}\r\n\r\n`,
            ],
            statuses: [200],
            connections: 1,
            leadSeconds: pace.leadSeconds,
            seconds: pace.leadSeconds,
            leastAnswers: 20,
            rate: null,
          });
          // The first round is warm-up.
          if (round > 0) times[name][size].push(p50Ms);
        }
  } finally {
    await Promise.all(Object.values(sizes).map(({ server }) => server.stop()));
  }
  return { few, many, times };
}

async function startSize(
  bench: BenchDatabase,
  name: string,
  count: number,
): Promise<{ server: ServerProcess; subscriptionId: string }> {
  const database = await bench.create(name);
  const server = await startServer(
    ["dist/bench-decision-server.mjs"],
    {
      DATABASE_URL: database.url,
      DATA_DIR: path.join(bench.folder, name),
      LOG_LEVEL: "warn",
      WEBHOOK_ALLOW_CIDRS: "127.0.0.0/8",
    },
    { path: "/api/ready" },
  );
  const subscriptionId = await subscribe(server, bench.secret, "https://127.0.0.1/events", "bench.*");
  await addDeliveries(database, subscriptionId, count);
  return { server, subscriptionId };
}

/** One in 200 failed. Nineteen types are common; one in 20,000 deliveries has the rare one. */
async function addDeliveries(database: Database, subscriptionId: string, count: number): Promise<void> {
  await database.query(
    `INSERT INTO events.deliveries (id, subscription_id, event_id, type, status, attempts, attempt_count, first_attempt_at, last_status,
       last_error, delivered_at)
     SELECT 'dlv_' || to_char(number, 'FM00000000000000000000000000'), $1, 'evt_' || to_char(number, 'FM00000000000000000000000000'),
       CASE WHEN number % 20000 = 500 THEN 'bench.rare' ELSE 'bench.number' || number % 19 END,
       CASE WHEN number % 200 = 0 THEN 'failed' ELSE 'delivered' END,
       jsonb_build_array(jsonb_build_object('at', now(), 'latencyMs', 12, 'status', 204, 'error', NULL, 'answer', '', 'signature', 't=0,v1=' || repeat('0', 64))),
       1, now(), 204, NULL, now()
     FROM generate_series(1, $2::integer) number`,
    [subscriptionId, count],
  );
  await database.query("VACUUM ANALYZE events.deliveries");
}
