import { mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pino from "pino";
import { expect } from "vitest";
import { AccessLogWriter } from "@/lib/engine/log/access-log-writer";
import type { NewEntry } from "@/lib/engine/log/entry-line";
import type { SpoolSettings } from "@/lib/engine/log/spool";
import { PostgresLog } from "@/lib/engine/postgres/log-store";
import { runtime } from "@/lib/server/runtime";
import { waitUntil } from "@/tests/wait-until";

export const quiet = pino({ level: "silent" });
export const folder = mkdtempSync(path.join(tmpdir(), "keyward-spool-"));
let made = 0;

/** What this runtime seals log entries with. */
export function sealKey(): Buffer {
  return runtime().chainKeys?.access_log as Buffer;
}

export function entry(some: Partial<NewEntry> = {}): NewEntry {
  made += 1;
  return {
    ...{
      kind: "decision",
      requestId: `r-${made}`,
      workspaceId: "ws_1",
      keyId: "key_1",
      userId: "usr_1",
      source: "api",
    },
    ...{
      method: "GET",
      path: "/",
      outcome: "allowed",
      status: 200,
      code: "valid",
      ip: "203.0.113.7",
      userAgent: "test",
    },
    ...(some.outcome === "denied" && { status: 401, code: "expired_key" }),
    ...some,
  };
}

type Row = {
  writer: string;
  seq: number;
  at: Date;
  request_id: string;
  path: string;
  user_agent: string;
  method: string;
};

export async function rows(keyId: string): Promise<Row[]> {
  const text = "SELECT * FROM access_log.entries WHERE key_id = $1 ORDER BY at, writer, seq";
  return (await runtime().pool.query<Row>(text, [keyId])).rows;
}

export async function withWriter(
  work: (writer: AccessLogWriter) => Promise<void>,
  settings: Partial<SpoolSettings> = {},
): Promise<void> {
  const spool = { folder, sync: false, required: true, ...settings };
  const writer = new AccessLogWriter(
    new PostgresLog(runtime().pool, sealKey()),
    quiet,
    spool,
    runtime().engine.keyFormats,
  );
  await writer.start();
  try {
    await work(writer);
  } finally {
    await writer.close();
  }
}

/** `settled` resolves after a second at the latest, which is too early on a busy machine. */
export async function untilCopied(writer: AccessLogWriter): Promise<void> {
  await writer.settled();
  await waitUntil("all entries are copied", async () => writer.undrained === 0);
}

export function filesOf(writer: AccessLogWriter): string[] {
  const spool = path.join(folder, writer.writerId);
  return readdirSync(spool).flatMap((name) => (name.endsWith(".log") ? path.join(spool, name) : []));
}

/** The sequence numbers of a writer start at 1 without gaps, and increase with the timestamps. */
export function expectNoHoles(found: Row[]): void {
  for (const writer of new Set(found.map((row) => row.writer))) {
    const own = found.filter((row) => row.writer === writer);
    expect(own.map(({ seq }) => seq)).toEqual(own.map((_, index) => index + 1));
  }
}
