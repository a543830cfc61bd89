import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { entry, untilCopied, withWriter } from "@/tests/database/access-log-writer";
import { useRuntime } from "@/tests/database/runtime";
import { makeWorkspace } from "@/tests/factories/factories";
import { accept, startOtlpReceiver } from "@/tests/peers/otlp-receiver";
import { OtlpClient } from "../otlp/otlp-client";
import { runtime } from "../runtime";
import { readCheckpoints } from "./checkpoint";
import { inSnapshot } from "./in-snapshot";
import { knownHeads } from "./known-heads";
import { sealAuditEvents } from "./seal-audit-events";
import { verifyAccessLog } from "./verify-access-log";
import { verifyAudit } from "./verify-audit";
import { writeCheckpoints } from "./write-checkpoints";

const file = path.join(mkdtempSync(path.join(tmpdir(), "keyward-checkpoints-")), "checkpoints.jsonl");
useRuntime({ AUDIT_CHECKPOINT_FILE: file, WEBHOOK_ALLOW_CIDRS: "127.0.0.0/8" }, { jobs: false });

/** What both commands find, compared with the file. */
async function findings() {
  const known = await knownHeads(file);
  return inSnapshot(async (client, other) => [
    ...(await verifyAudit(client, null, known.chains)).findings,
    ...(await verifyAccessLog(client, other, known.writers)).findings,
  ]);
}

test("S60 what was cut off since the last checkpoint is found, and without a checkpoint nothing is", async () => {
  rmSync(file, { force: true });
  const { pool } = runtime();
  const { workspace } = await makeWorkspace();
  await sealAuditEvents();
  await withWriter(async (writer) => {
    await writer.append(entry());
    await untilCopied(writer);
    await writeCheckpoints();
    await writer.append(entry());
    await untilCopied(writer);
    await writeCheckpoints();
    expect(await findings()).toEqual([]);

    await pool.query(
      "ALTER TABLE audit_events DISABLE TRIGGER USER; ALTER TABLE chains.audit_seals DISABLE TRIGGER USER",
    );
    await pool.query("DELETE FROM audit_events WHERE workspace_id = $1", [workspace.id]);
    await pool.query("DELETE FROM chains.audit_seals WHERE chain = $1", [workspace.id]);
    const { writerId } = writer;
    await pool.query("DELETE FROM access_log.entries WHERE writer = $1 AND seq = 2", [writerId]);
    await pool.query("DELETE FROM access_log.seals WHERE writer = $1 AND first_seq = 2", [writerId]);
    await pool.query("UPDATE access_log.writers SET drained_seq = 1 WHERE id = $1", [writerId]);
    expect(await findings()).toEqual([
      { chain: workspace.id, seq: 1, eventId: null, problem: "cut_off" },
      { writer: writerId, firstSeq: 2, lastSeq: 2, problem: "cut_off" },
    ]);
    const text = readFileSync(file, "utf8");
    writeFileSync(file, "");
    expect(await findings()).toEqual([]);
    writeFileSync(file, text);
    await pool.query("UPDATE access_log.writers SET drained_seq = 2 WHERE id = $1", [writerId]);
  });
});

test("S60 a line of the checkpoints that was changed, removed or moved is noticed", async () => {
  const keys = runtime().chainKeys as NonNullable<ReturnType<typeof runtime>["chainKeys"]>;
  await writeCheckpoints();
  const lines = readFileSync(file, "utf8").trim().split("\n");
  const [first = "", second = "", third = ""] = lines;
  expect(readCheckpoints(keys, lines.join("\n"))).toHaveLength(3);
  expect(() => readCheckpoints(keys, [first, third].join("\n"))).toThrow(
    "Before checkpoint 2, a checkpoint is missing.",
  );
  expect(() => readCheckpoints(keys, [second, first].join("\n"))).toThrow("Before checkpoint 1");
  expect(() => readCheckpoints(keys, first.replace('"number":1', '"number":2'))).toThrow(
    "Checkpoint 1 was not made",
  );
  expect(() => readCheckpoints(keys, "{}")).toThrow("Checkpoint 1 was not made");
});

test("checkpoints are posted, and one that didn't arrive is sent again with the next", async () => {
  const keys = runtime().chainKeys as NonNullable<ReturnType<typeof runtime>["chainKeys"]>;
  const got: string[] = [];
  let status = 500;
  const server = createServer(async (request, response) => {
    const chunks = await request.toArray();
    got.push(Buffer.concat(chunks).toString());
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { env } = runtime();
  env.auditCheckpointUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  try {
    await expect(writeCheckpoints()).rejects.toThrow("AUDIT_CHECKPOINT_URL: It answered 500.");
    status = 204;
    await writeCheckpoints();
    const [failed, arrived = ""] = got;
    const chains = (text = "") => Object.keys(JSON.parse(text).chains);
    expect(chains(arrived)).toEqual(chains(failed));
    expect(chains(arrived).length).toBeGreaterThan(0);
    expect(readCheckpoints(keys, arrived)).toMatchObject([{ number: 1, previous: "" }]);
  } finally {
    env.auditCheckpointUrl = null;
    server.closeAllConnections();
    server.close();
  }
});

test("checkpoints are sent over OTLP, and those that arrived twice or were made again can be verified", async () => {
  const keys = runtime().chainKeys as NonNullable<ReturnType<typeof runtime>["chainKeys"]>;
  const receiver = await startOtlpReceiver();
  const client = new OtlpClient(
    {
      ...{ url: receiver.origin, headers: {}, timeoutMs: 5000, gzip: true, keptBytes: 0 },
      resource: { "service.name": "keyward" },
    },
    "1.2.3",
  );
  const server = runtime();
  server.otlp = { client, exporter: null as never };
  const sent = () =>
    receiver
      .records()
      .filter(({ eventName }) => eventName === "keyward.checkpoint")
      .map(({ body }) => body.stringValue ?? "");
  try {
    await writeCheckpoints();
    // It arrives, but no answer comes back.
    receiver.answer((_attempt, response) => response.destroy());
    await expect(writeCheckpoints()).rejects.toThrow("the OTLP receiver took no checkpoint: no answer");
    receiver.answer((_attempt, response) =>
      response.end(JSON.stringify({ partialSuccess: { rejectedLogRecords: "1", errorMessage: "too long" } })),
    );
    await expect(writeCheckpoints()).rejects.toThrow("the OTLP receiver took no checkpoint: too long");
    receiver.answer(accept);
    await writeCheckpoints();
    await writeCheckpoints();
    const [first = "", again = "", , third = "", last = ""] = sent();
    const read = readCheckpoints(keys, [first, first, again, third, third, last, again].join("\n"));
    expect(read.map(({ number }) => number)).toEqual([1, 1, 2, 2, 2, 3, 2]);
    expect(() => readCheckpoints(keys, [first, again, last].join("\n"))).toThrow("Before checkpoint 3");
    expect(receiver.faults).toEqual([]);
  } finally {
    server.otlp = null;
    await client.close();
    await receiver.close();
  }
});
