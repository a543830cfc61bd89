import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import type { BenchDatabase } from "./bench-database";
import { pinning } from "./machine";
import { encryptionKey, root } from "./server-process";

export type LogWriting = {
  rows: number;
  writerPerSecond: number;
  copyPerSecond: number;
  leastMegabytes: number;
  mostMegabytes: number;
};

/** Measures how fast the access log writes rows into PostgreSQL, compared with one COPY of the same rows. */
export async function measureLogWriting(bench: BenchDatabase, rows: number): Promise<LogWriting> {
  const database = await bench.create("bench_log");
  const pinned = pinning();
  const child = fork(path.join(root, "dist/bench-log-writer.mjs"), [String(rows)], {
    ...(pinned && { execPath: "taskset", execArgv: ["-c", pinned.server, process.execPath] }),
    env: {
      NODE_ENV: "production",
      PATH: process.env.PATH,
      DATABASE_URL: database.url,
      DATA_DIR: path.join(bench.folder, "log"),
      ENCRYPTION_KEYS: encryptionKey,
      LOG_LEVEL: "warn",
      BENCH_WORKSPACE: bench.workspaceId,
      BENCH_KEY: bench.keyId,
    },
  });
  const ended = once(child, "exit");
  const reply = once(child, "message") as Promise<[LogWriting]>;
  const [result] = await Promise.race([
    reply,
    ended.then(([code]) => Promise.reject(new Error(`The log writer exited with code ${code}`))),
  ]);
  await ended;
  const [row] = await database.query<{ count: number }>(
    "SELECT count(*)::int AS count FROM access_log.entries",
  );
  if (row?.count !== rows) throw new Error(`${rows} entries were written, and ${row?.count} are in the log`);
  return result;
}
