import type { NewEntry } from "@/lib/engine/log/entry-line";
import { Tally } from "@/lib/engine/log/tally";
import { countUses } from "@/lib/engine/postgres/count-uses";
import { inTransaction } from "@/lib/engine/postgres/in-transaction";
import { runtime } from "@/lib/server/runtime";
import { entry } from "./access-log-writer";

/** Counts requests as one drain of a spool does, a millisecond apart, without entries in the log. */
export async function countRequests(
  requests: Partial<NewEntry>[],
  at: number,
  { fail = false } = {},
): Promise<void> {
  const tally = new Tally();
  for (const [index, request] of requests.entries())
    tally.add(entry({ path: "/v1/files", userAgent: "export/1.0", ...request }), (at + index) * 1000);
  await inTransaction(runtime().pool, 10_000, async (client) => {
    await countUses(client, tally);
    if (fail) throw new Error("undone");
  });
}
