import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import pg from "pg";
import pino from "pino";
import { KeyFormats } from "@/lib/engine/keys/key-format";
import { AccessLogWriter } from "@/lib/engine/log/access-log-writer";
import type { NewEntry } from "@/lib/engine/log/entry-line";
import { adoptSpools, findDeadSpools } from "@/lib/engine/postgres/adopt-spools";
import { PostgresLog } from "@/lib/engine/postgres/log-store";
import { LogExporter } from "@/lib/server/otlp/log-exporter";
import { OtlpClient } from "@/lib/server/otlp/otlp-client";
import { restBetweenCalls } from "../wait-until";

/**
 * Adopts the spools of its predecessors, then appends to the log endlessly and prints the request id of each confirmed entry. For
 * tests that kill it, or make it kill itself at FAILPOINT. With OTLP_URL it sends the entries there.
 */
const { DATABASE_URL, SPOOL_FOLDER = "", FAILPOINT, OTLP_URL } = process.env;
const failAfter = 40;
const pool = new pg.Pool({ connectionString: DATABASE_URL });
const log = pino({ level: "silent" });
const writer = new AccessLogWriter(
  new PostgresLog(pool, Buffer.alloc(32, 1)),
  log,
  { folder: SPOOL_FOLDER, sync: false, required: true },
  new KeyFormats([]),
);

const die = () => process.kill(process.pid, "SIGKILL");
let appends = 0;
const { writeSync } = fs;
if (FAILPOINT === "after append" || FAILPOINT === "within a frame") {
  fs.writeSync = ((fd: number, bytes: Buffer, offset: number, length: number, position: number) => {
    appends += 1;
    if (appends < failAfter) return writeSync(fd, bytes, offset, length, position);
    writeSync(fd, bytes, offset, FAILPOINT === "within a frame" ? Math.ceil(length / 2) : length, position);
    die();
    return 0;
  }) as typeof fs.writeSync;
  syncBuiltinESMExports();
}
if (FAILPOINT === "after the commit") {
  pool.on("connect", (client) => {
    const query = client.query.bind(client) as (...asked: unknown[]) => unknown;
    client.query = ((...asked: unknown[]) => {
      const answer = query(...asked);
      return asked[0] === "COMMIT" ? (answer as Promise<unknown>).then(die) : answer;
    }) as never;
  });
}

await writer.start();
if (OTLP_URL) {
  const setting = {
    url: OTLP_URL,
    headers: {},
    timeoutMs: 3000,
    gzip: true,
    resource: {},
    keptBytes: 1 << 30,
  };
  const exporter = new LogExporter(new OtlpClient(setting, "1.0.0"), log, {
    accessLog: writer,
    spoolFolder: SPOOL_FOLDER,
    keptBytes: setting.keptBytes,
    findDeadSpools: () => findDeadSpools(pool, SPOOL_FOLDER, writer.writerId),
  });
  exporter.start();
}
await adoptSpools(pool, SPOOL_FOLDER, writer.writerId, log, Buffer.alloc(32, 1));
for (let number = 0; ; number += 1) {
  const requestIds = Array.from({ length: 3 }, (_, index) => `${writer.writerId}-${number}-${index}`);
  await Promise.all(requestIds.map((requestId, index) => answered(requestId, number * 3 + index)));
  if (OTLP_URL) await restBetweenCalls(1);
}

/** Prints the request id as soon as its entry is confirmed. */
function answered(requestId: string, number: number): Promise<void> {
  return new Promise((resolve) => {
    writer.enqueue(entryOf(requestId, number), (error) => {
      if (!error) process.stdout.write(`${requestId}\n`);
      resolve();
    });
  });
}

/** The nth request of a key that several programs use. */
function entryOf(requestId: string, number: number): NewEntry {
  return {
    kind: "decision",
    requestId,
    workspaceId: "ws_killed",
    keyId: "key_killed",
    userId: "usr_killed",
    source: "api",
    method: "GET",
    path: "/",
    outcome: "allowed",
    status: 200,
    code: "valid",
    ip: number % 7 === 0 ? null : `203.0.${number % 3}.${number % 200}`,
    userAgent: number % 5 === 0 ? null : `program${number % 4}/1.0`,
  };
}
