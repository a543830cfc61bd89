import { buffer } from "node:stream/consumers";
import { to as copyTo } from "pg-copy-streams";
import { beginSeal, headerOf, noSeal, writerKey } from "@/lib/engine/log/batch-seal";
import { inTransaction } from "@/lib/engine/postgres/in-transaction";
import { writtenColumns } from "@/lib/server/chains/sealed-lines";
import { runtime } from "@/lib/server/runtime";

const timeoutMs = 60_000;

/** Seals all entries of a writer as one batch, as a process does that writes them. @param writer A UUID. */
export async function sealDemoCalls(writer: string): Promise<void> {
  const { pool, chainKeys } = runtime();
  if (!chainKeys) return;
  await inTransaction(pool, timeoutMs, async (client) => {
    const lines = await buffer(
      client.query(
        copyTo(
          `COPY (SELECT ${writtenColumns} FROM access_log.entries WHERE writer = '${writer}' ORDER BY seq) TO STDOUT`,
        ),
      ),
    );
    const count = lines.reduce((sum, byte) => sum + (byte === 10 ? 1 : 0), 0);
    if (count === 0) return;
    const header = headerOf(1, count, lines);
    const mac = beginSeal(writerKey(chainKeys.access_log, writer), noSeal, header).update(lines).digest();
    await client.query(
      `INSERT INTO access_log.seals (writer, first_seq, count, columns, first_at, last_at, mac)
       VALUES ($1, 1, $2, $3, $4, $5, $6)`,
      [writer, count, header.columns, header.firstAt, header.lastAt, mac],
    );
  });
}
