import { expect, test } from "vitest";
import { runtime } from "@/lib/server/runtime";
import { entry, untilCopied, withWriter } from "@/tests/database/access-log-writer";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { mostCallers } from "../log/caller";

useRuntime();

type Row = {
  address: string;
  client: string;
  method: string;
  route: string;
  allowed: number;
  denied: number;
};
const callersOf = async (keyId: string) =>
  (
    await runtime().pool.query<Row>(
      `SELECT address, client, method, route, allowed::int AS allowed, denied::int AS denied
       FROM access_log.callers WHERE key_id = $1 ORDER BY client, address`,
      [keyId],
    )
  ).rows;

test("requests are counted by caller, with the first and last time and the last address", async () => {
  const { actor } = await makeWorkspace();
  const { key } = await makeKey(actor);
  await withWriter(async (writer) => {
    for (const [ip, outcome] of [
      ["203.0.113.7", "allowed"],
      ["203.0.113.9", "denied"],
      ["198.51.100.1", "allowed"],
    ] as const)
      await writer.append(
        entry({ keyId: key.id, ip, outcome, userAgent: "export/1.0", method: "GET", path: "/v1/files/7" }),
      );
    await untilCopied(writer);
    await writer.append(
      entry({ keyId: key.id, ip: "203.0.113.8", userAgent: "export/2.0", method: "GET", path: "/v1/files" }),
    );
    await untilCopied(writer);
  });
  const common = { client: "export", method: "GET", route: "/v1/files" };
  expect(await callersOf(key.id)).toEqual([
    { ...common, address: "198.51.100.0/24", allowed: 1, denied: 0 },
    { ...common, address: "203.0.113.0/24", allowed: 2, denied: 1 },
  ]);
  const { rows } = await runtime().pool.query(
    `SELECT host(c.last_ip) AS ip, c.first_at = min(e.at) AS first, c.last_at = max(e.at) AS last
     FROM access_log.callers c JOIN access_log.entries e ON e.key_id = c.key_id AND e.ip <<= c.address::inet
     WHERE c.key_id = $1 AND c.address = '203.0.113.0/24' GROUP BY c.last_ip, c.first_at, c.last_at`,
    [key.id],
  );
  expect(rows).toEqual([{ ip: "203.0.113.8", first: true, last: true }]);
});

test("a key has at most 200 callers, known ones stay, and the sums agree with the log", async () => {
  const { actor } = await makeWorkspace();
  const { key } = await makeKey(actor);
  await withWriter(async (first) => {
    await withWriter(async (second) => {
      for (let round = 0; round < 6; round += 1) {
        const writer = round % 2 ? second : first;
        await Promise.all(
          Array.from({ length: 60 }, (_, index) =>
            writer.append(entry({ keyId: key.id, userAgent: `client${round * 50 + index}/1`, path: "/" })),
          ),
        );
        await untilCopied(writer);
      }
      await first.append(entry({ keyId: key.id, userAgent: "client0/2", path: "/" }));
      await untilCopied(first);
    });
  });
  const callers = await callersOf(key.id);
  const others = callers.filter(({ address }) => address === "*");
  expect(others).toHaveLength(1);
  expect(callers).toHaveLength(mostCallers + 1);
  expect(callers.find(({ client }) => client === "client0")?.allowed).toBe(2);
  const total = callers.reduce((sum, { allowed, denied }) => sum + allowed + denied, 0);
  const { rows } = await runtime().pool.query(
    "SELECT count(*)::int AS count FROM access_log.entries WHERE key_id = $1",
    [key.id],
  );
  expect([{ count: total }]).toEqual(rows);
  expect(total).toBe(361);
});
