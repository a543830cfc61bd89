import { PassThrough } from "node:stream";
import { pipeline } from "node:stream/promises";
import { from as copyFrom, to as copyTo } from "pg-copy-streams";
import { entryColumns, type NewEntry } from "@/lib/engine/log/entry-line";
import { parseEnv } from "@/lib/server/env";
import { newId } from "@/lib/server/new-id";
import type { Runtime } from "@/lib/server/runtime";
import { startRuntime } from "@/server/start-runtime";

/**
 * Writes a number of entries through the access log as fast as PostgreSQL accepts them, then copies the same rows with one COPY into
 * an empty table with the same indexes, and prints both rates. Runs in a separate process.
 */
const [rows = 0] = process.argv.slice(2).map(Number);
const { server, stop } = await startRuntime(parseEnv(process.env), () => {});
await server.engine.accessLog.start();

/** How many entries may be in the spool at once. */
const mostUndrained = 50_000;
const aTurn = 250;

const memory: number[] = [];
const start = performance.now();
for (let written = 0; written < rows; written += aTurn) {
  await appendTurn(Math.min(aTurn, rows - written));
  while (server.engine.accessLog.undrained > mostUndrained)
    await new Promise((resolve) => setTimeout(resolve, 5));
  // Skip the first tenth, while the process's memory is still growing.
  if (written > rows / 10) memory.push(process.memoryUsage.rss() / 2 ** 20);
}
while (server.engine.accessLog.undrained > 0) await server.engine.accessLog.settled();
const writerSeconds = (performance.now() - start) / 1000;
const copySeconds = await copyAgain(server);
await server.engine.accessLog.close();
await stop();
process.send?.({
  rows,
  writerPerSecond: rows / writerSeconds,
  copyPerSecond: rows / copySeconds,
  leastMegabytes: Math.min(...memory),
  mostMegabytes: Math.max(...memory),
});
process.disconnect?.();

function appendTurn(count: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let open = count;
    for (let index = 0; index < count; index += 1)
      server.engine.accessLog.enqueue(entry(), (error) => {
        if (error) reject(error);
        open -= 1;
        if (open === 0) resolve();
      });
  });
}

function entry(): NewEntry {
  return {
    kind: "decision",
    requestId: newId("req"),
    workspaceId: process.env.BENCH_WORKSPACE ?? null,
    keyId: process.env.BENCH_KEY ?? null,
    userId: null,
    source: "forward_auth",
    method: "GET",
    path: "/v1/documents",
    outcome: "allowed",
    status: 200,
    code: "valid",
    ip: "203.0.113.9",
    userAgent: "python-requests/2.32",
  };
}

async function copyAgain({ pool }: Runtime): Promise<number> {
  const client = await pool.connect();
  try {
    // One COPY of all rows takes longer than the statement timeout.
    await client.query("SET statement_timeout = 0");
    const chunks: Buffer[] = [];
    const gather = new PassThrough();
    gather.on("data", (chunk: Buffer) => chunks.push(chunk));
    await pipeline(
      client.query(copyTo(`COPY (SELECT ${entryColumns} FROM access_log.entries) TO STDOUT`)),
      gather,
    );
    await client.query("CREATE TABLE access_log.copied (LIKE access_log.entries INCLUDING ALL)");
    const start = performance.now();
    await pipeline(chunks, client.query(copyFrom(`COPY access_log.copied (${entryColumns}) FROM STDIN`)));
    return (performance.now() - start) / 1000;
  } finally {
    client.release(true);
  }
}
