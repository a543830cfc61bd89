import type { BenchDatabase } from "./bench-database";
import type { EventBench } from "./event-bench";
import { postgresSeconds } from "./processor-time";
import { shuffled, spreadOf } from "./statistics";

export const changeTitles = {
  without: "without the trigger",
  none: "no subscription",
  five: "five subscriptions",
} as const;
export type ChangeName = keyof typeof changeTitles;
/** A key created and revoked: the median time of both requests together, and PostgreSQL's CPU time. */
export type Change = { ms: number; postgresMicroseconds: number };
export type Changes = Record<ChangeName, Change[]>;

const prepare: Record<ChangeName, string> = {
  without: "ALTER TABLE audit_events DISABLE TRIGGER tell_change",
  none: "ALTER TABLE audit_events ENABLE TRIGGER tell_change",
  five: `ALTER TABLE audit_events ENABLE TRIGGER tell_change;
    INSERT INTO event_subscriptions SELECT * FROM bench_subscriptions`,
};

/** Measures what recording events costs the changes they tell of. Nothing is delivered in the meantime. Leaves no subscriptions behind. */
export async function measureChanges(
  events: EventBench,
  bench: BenchDatabase,
  { rounds, count }: { rounds: number; count: number },
): Promise<Changes> {
  const { database, server } = events;
  await database.query(
    `UPDATE event_subscriptions SET status = 'paused', event_types = '{api_key.*}';
     CREATE TABLE bench_subscriptions AS SELECT * FROM event_subscriptions ORDER BY id LIMIT 5`,
  );
  const changes: Changes = { without: [], none: [], five: [] };
  for (let round = 0; round <= rounds; round += 1)
    for (const name of shuffled(Object.keys(changeTitles) as ChangeName[])) {
      await database.query("DELETE FROM event_subscriptions");
      await database.query(prepare[name]);
      const before = postgresSeconds(bench.pid);
      const times: number[] = [];
      for (let number = 0; number < count; number += 1)
        times.push(await createAndRevoke(server.port, bench.secret));
      const postgres = postgresSeconds(bench.pid) - before;
      // The first round is warm-up.
      if (round > 0)
        changes[name].push({ ms: spreadOf(times).median, postgresMicroseconds: (postgres / count) * 1e6 });
    }
  return changes;
}

async function createAndRevoke(port: number, secret: string): Promise<number> {
  const send = async (method: string, path: string, body?: object) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { Authorization: `Bearer ${secret}`, "Content-Type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
    return answer.text();
  };
  const start = performance.now();
  const created = await send("POST", "/auth/api-keys", { name: "bench", permission_level: "read_only" });
  const { key_id: id } = JSON.parse(created) as { key_id: string };
  await send("DELETE", `/auth/api-keys/${id}`);
  return performance.now() - start;
}
