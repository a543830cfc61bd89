import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { findDeadSpools } from "@/lib/engine/postgres/adopt-spools";
import { runtime } from "@/lib/server/runtime";
import { quiet, withWriter } from "@/tests/database/access-log-writer";
import { useRuntime } from "@/tests/database/runtime";
import { accept, type OtlpAttempt, recordsOf, startOtlpReceiver } from "@/tests/peers/otlp-receiver";
import { useBundle } from "@/tests/processes/bundle";
import { waitUntil } from "@/tests/wait-until";
import { isWaitingForExport } from "./export-state";
import { LogExporter } from "./log-exporter";
import { OtlpClient } from "./otlp-client";

useRuntime();
const program = useBundle("tests/processes/spool-process.ts");
const folder = mkdtempSync(path.join(tmpdir(), "keyward-exported-"));

/** Runs a process until it is killed while it sends. @returns The request ids that it had confirmed. */
async function live(url: string, isTime: (confirmed: number) => boolean): Promise<string[]> {
  const child = spawn(process.execPath, [program()], {
    env: {
      ...process.env,
      DATABASE_URL: runtime().env.databaseUrl ?? "",
      SPOOL_FOLDER: folder,
      OTLP_URL: url,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk;
    if (isTime(output.length / 40)) child.kill("SIGKILL");
  });
  await once(child, "close");
  return output.split("\n").slice(0, -1);
}

test("after processes were killed while they sent to a receiver that often fails, every confirmed entry has arrived, and no other was sent under its number", async () => {
  const receiver = await startOtlpReceiver();
  const accepted: OtlpAttempt[] = [];
  receiver.answer((attempt, response) => {
    const chance = Math.random();
    if (chance < 0.03) return;
    if (chance < 0.2) return void response.writeHead(503).end();
    // It has the entries, and the sender doesn't hear of it.
    accepted.push(attempt);
    if (chance < 0.3) return void response.destroy();
    accept(attempt, response);
  });
  const url = `${receiver.origin}/v1/logs`;
  const confirmed: string[] = [];
  for (let killed = 0; killed < 4; killed += 1) {
    const before = receiver.attempts.length;
    const many = 200 + Math.random() * 1000;
    const isTime = (count: number) => count > many && (killed % 2 === 0 || receiver.attempts.length > before);
    confirmed.push(...(await live(url, isTime)));
  }
  const setting = { url, headers: {}, timeoutMs: 3000, gzip: true, resource: {}, keptBytes: 1 << 30 };
  await withWriter(async (accessLog) => {
    const { pool } = runtime();
    const exporter = new LogExporter(new OtlpClient(setting, "1.0.0"), quiet, {
      ...{ accessLog, spoolFolder: folder, keptBytes: setting.keptBytes },
      findDeadSpools: () => findDeadSpools(pool, folder, accessLog.writerId),
    });
    const left = await findDeadSpools(pool, folder, "");
    expect(left).toHaveLength(4);
    exporter.start();
    try {
      await waitUntil("all is sent", async () => !left.some(isWaitingForExport), 120_000);
    } finally {
      await exporter.stop();
    }
    expect(exporter.lost).toEqual({ full: 0, gone: 0, refused: 0, unreadable: 0 });
  });
  const numbers = new Map<string, string>();
  for (const { attributes } of accepted.flatMap(recordsOf)) {
    const id = attributes["log.record.uid"] as string;
    const request = attributes["keyward.request.id"] as string;
    expect(numbers.get(id) ?? request).toBe(request);
    numbers.set(id, request);
  }
  const arrived = new Set(numbers.values());
  expect(confirmed.length).toBeGreaterThan(1000);
  expect(confirmed.filter((requestId) => !arrived.has(requestId))).toEqual([]);
  expect(receiver.faults).toEqual([]);
  await receiver.close();
}, 240_000);
