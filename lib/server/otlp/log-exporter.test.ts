import { existsSync, readdirSync, rmSync, utimesSync } from "node:fs";
import type { ServerResponse } from "node:http";
import path from "node:path";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import type { AccessLogWriter } from "@/lib/engine/log/access-log-writer";
import { adoptSpools } from "@/lib/engine/postgres/adopt-spools";
import { runtime } from "@/lib/server/runtime";
import { entry, folder, quiet, sealKey, untilCopied, withWriter } from "@/tests/database/access-log-writer";
import { useRuntime } from "@/tests/database/runtime";
import { accept, recordsOf, startOtlpReceiver } from "@/tests/peers/otlp-receiver";
import { waitUntil } from "@/tests/wait-until";
import { isWaitingForExport } from "./export-state";
import { LogExporter } from "./log-exporter";
import { OtlpClient } from "./otlp-client";

useRuntime();
const receiver = await startOtlpReceiver();
afterAll(() => receiver.close());
beforeEach(() => {
  receiver.attempts.length = 0;
  receiver.answer(accept);
});
afterEach(() => expect(receiver.faults).toEqual([]));

const setting = {
  url: `${receiver.origin}/v1/logs`,
  headers: { Authorization: "Bearer a-secret-of-the-collector" },
  timeoutMs: 2000,
  gzip: true,
  resource: { "service.name": "keyward", "deployment.environment.name": "test" },
  keptBytes: 64 << 20,
};
const number = "keyward.sequence_number";

async function withExporter(
  work: (writer: AccessLogWriter, exporter: LogExporter) => Promise<void>,
  changed: Partial<typeof setting> & { dead?: string[] } = {},
): Promise<void> {
  const some = { ...setting, ...changed };
  await withWriter(async (writer) => {
    const exporter = new LogExporter(new OtlpClient(some, "1.2.3"), quiet, {
      accessLog: writer,
      spoolFolder: folder,
      keptBytes: some.keptBytes,
      findDeadSpools: async () => some.dead ?? [],
    });
    exporter.start();
    try {
      await work(writer, exporter);
    } finally {
      await exporter.stop();
    }
  });
}

const append = (writer: AccessLogWriter, count: number) =>
  Promise.all(Array.from({ length: count }, () => writer.append(entry())));
const seqs = () => receiver.records().map(({ attributes }) => Number(attributes[number] ?? Number.NaN));
const range = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);
const allSent = (exporter: LogExporter) =>
  waitUntil("all entries are sent", async () => exporter.waiting === 0);
const gaps = () => receiver.records().filter(({ eventName }) => eventName === "keyward.access_log.gap");

test("an entry arrives as the protocol defines it, with the names of the semantic conventions", async () => {
  await withExporter(async (writer, exporter) => {
    await writer.append(
      entry({
        requestId: "r-allowed",
        path: "/v1/documents/8",
        userAgent: "curl/8.5\t\u0000日本",
        wouldDeny: "ip_not_allowed",
      }),
    );
    await writer.append(
      entry({ outcome: "denied", method: "BREW", keyId: null, workspaceId: null, ip: null }),
    );
    await allSent(exporter);
    const [allowed, denied] = receiver.records();
    expect(allowed).toMatchObject({
      eventName: "keyward.decision",
      severityText: "INFO",
      body: { stringValue: "GET /v1/documents/8: allowed" },
      resource: {
        "service.name": "keyward",
        "service.version": "1.2.3",
        "service.instance.id": writer.writerId,
        "deployment.environment.name": "test",
      },
    });
    expect(allowed?.attributes).toEqual({
      "log.record.uid": `${writer.writerId}-1`,
      "http.request.method": "GET",
      "http.response.status_code": "200",
      "url.path": "/v1/documents/8",
      "client.address": "203.0.113.7",
      "user_agent.original": "curl/8.5��日本",
      "user_agent.name": "curl",
      "user.id": "usr_1",
      "keyward.writer": writer.writerId,
      "keyward.sequence_number": "1",
      "keyward.request.id": "r-allowed",
      "keyward.workspace.id": "ws_1",
      "keyward.key.id": "key_1",
      "keyward.source": "api",
      "keyward.outcome": "allowed",
      "keyward.code": "valid",
      "keyward.would_deny": "ip_not_allowed",
      "keyward.route": "/v1/documents",
    });
    expect(denied).toMatchObject({
      severityText: "WARN",
      attributes: {
        "http.request.method": "_OTHER",
        "http.request.method_original": "BREW",
        "http.response.status_code": "401",
        "keyward.code": "expired_key",
      },
    });
    expect(Object.keys(denied?.attributes ?? {})).not.toContain("client.address");
    const { rows } = await runtime().pool.query<{ at: string }>(
      "SELECT (extract(epoch FROM at) * 1000000)::bigint::text AS at FROM access_log.entries WHERE writer = $1 AND seq = 1",
      [writer.writerId],
    );
    if (rows[0]) expect(allowed?.timeUnixNano).toBe(`${rows[0].at}000`);
    expect(receiver.attempts[0]?.headers).toMatchObject({
      authorization: "Bearer a-secret-of-the-collector",
      "content-type": "application/json",
      "content-encoding": "gzip",
    });
  });
});

test("while the receiver is away entries wait on disk, and arrive in order afterwards", async () => {
  await withExporter(async (writer, exporter) => {
    await append(writer, 2);
    await allSent(exporter);
    await receiver.close();
    await append(writer, 3);
    await untilCopied(writer);
    await append(writer, 4);
    await untilCopied(writer);
    // Later than everything that is kept in any case.
    writer.spool.removeOldSegments(performance.now() + 3_600_000);
    expect(exporter.waiting).toBe(7);
    await receiver.reopen();
    await allSent(exporter);
    expect(seqs()).toEqual(range(1, 9));
    expect(exporter.lost).toEqual({ full: 0, gone: 0, refused: 0, unreadable: 0 });
  });
});

test("after 429 and 503 the same entries are sent again, not before Retry-After", async () => {
  const statuses = [429, 503];
  receiver.answer((attempt, response) => {
    const status = statuses[receiver.attempts.length - 1];
    if (status) response.writeHead(status, { "retry-after": "1" }).end();
    else accept(attempt, response);
  });
  await withExporter(async (writer, exporter) => {
    await append(writer, 3);
    await allSent(exporter);
    expect(exporter.requests).toEqual({ accepted: 1, retry: 2, refused: 0 });
    for (const [index, attempt] of receiver.attempts.entries()) {
      expect(recordsOf(attempt).map(({ attributes }) => attributes[number])).toEqual(["1", "2", "3"]);
      if (index > 0) expect(attempt.at - (receiver.attempts[index - 1]?.at ?? 0)).toBeGreaterThan(990);
    }
  });
});

test("what is refused isn't sent again, but counted, and reported with what is accepted next", async () => {
  const statuses = [400, 401];
  receiver.answer((attempt, response) => {
    const status = statuses[receiver.attempts.length - 1];
    if (status) response.writeHead(status).end();
    else accept(attempt, response);
  });
  await withExporter(async (writer, exporter) => {
    for (const [index] of statuses.entries()) {
      await append(writer, 3);
      await waitUntil("it is refused", async () => exporter.lost.refused === 3 * (index + 1));
    }
    await append(writer, 2);
    await allSent(exporter);
    expect(seqs().filter((seq) => seq > 0)).toEqual(range(1, 8));
    expect(exporter.requests).toEqual({ accepted: 1, retry: 0, refused: 2 });
    const last = receiver.attempts.at(-1);
    expect(last && recordsOf(last)[0]).toMatchObject({
      eventName: "keyward.access_log.gap",
      body: { stringValue: "6 entries of the access log could not be sent: the receiver refused them" },
      attributes: {
        "keyward.writer": writer.writerId,
        "keyward.gap.first": "1",
        "keyward.gap.last": "6",
      },
    });
  });
});

test("a request that is too large is divided until it isn't", async () => {
  receiver.answer((attempt, response) =>
    attempt.text.length > 200_000 ? response.writeHead(413).end() : accept(attempt, response),
  );
  await receiver.close();
  await withExporter(async (writer, exporter) => {
    await append(writer, 2000);
    await receiver.reopen();
    await allSent(exporter);
    expect(exporter.requests.refused).toBeGreaterThan(0);
    expect(exporter.lost.refused).toBe(0);
    expect(new Set(seqs())).toEqual(new Set(range(1, 2000)));
  });
});

test("entries that a receiver takes only in part are counted and not sent again", async () => {
  receiver.answer((_attempt, response) =>
    response.end(JSON.stringify({ partialSuccess: { rejectedLogRecords: "2", errorMessage: "too old" } })),
  );
  await withExporter(async (writer, exporter) => {
    await append(writer, 3);
    await allSent(exporter);
    expect(seqs()).toEqual([1, 2, 3]);
    expect([exporter.sent, exporter.lost.refused]).toEqual([1, 2]);
  });
});

test.each([
  ["hangs", () => {}],
  ["begins an answer and hangs", (response: ServerResponse) => response.writeHead(200).write("{")],
  ["closes the connection", (response: ServerResponse) => response.destroy()],
])("a receiver that %s gets the same entries again", async (_what, answer) => {
  receiver.answer((attempt, response) =>
    receiver.attempts.length > 1 ? accept(attempt, response) : answer(response),
  );
  await withExporter(
    async (writer, exporter) => {
      await append(writer, 3);
      await allSent(exporter);
      expect(new Set(seqs())).toEqual(new Set([1, 2, 3]));
      expect(exporter.requests.retry).toBe(1);
    },
    { timeoutMs: 300 },
  );
});

test("a slow receiver gets each entry once, and stopping sends what is left", async () => {
  const held: (() => void)[] = [];
  let isSlow = true;
  receiver.answer((attempt, response) => {
    if (isSlow) held.push(() => accept(attempt, response));
    else accept(attempt, response);
  });
  await withExporter(async (writer, exporter) => {
    await append(writer, 3);
    await waitUntil("a request is under way", async () => receiver.attempts.length > 0);
    await append(writer, 3);
    const stopped = exporter.stop();
    isSlow = false;
    for (const answer of held) answer();
    await stopped;
  });
  expect(seqs()).toEqual(range(1, 6));
});

test("entries whose files are deleted before they were sent are reported", async () => {
  await receiver.close();
  await withExporter(async (writer, exporter) => {
    await append(writer, 3);
    await untilCopied(writer);
    await waitUntil("sending has failed", async () => exporter.requests.retry > 0);
    writer.spool.keptAfter = Number.POSITIVE_INFINITY;
    // As if the disk were full.
    (writer.spool as unknown as { removeDrained(): boolean }).removeDrained();
    await receiver.reopen();
    await waitUntil("the gap is reported", async () => gaps().length > 0);
    expect(exporter.lost.gone).toBe(3);
    await append(writer, 1);
    await allSent(exporter);
    expect(seqs().at(-1)).toBe(4);
    expect(gaps()[0]?.attributes).toMatchObject({ "keyward.gap.first": "1", "keyward.gap.last": "3" });
  });
});

test("the next process sends what a dead one left, and only then its spool may go", async () => {
  let left = "";
  await receiver.close();
  await withExporter(async (writer) => {
    await append(writer, 5);
    left = path.join(folder, writer.writerId);
  });
  expect(isWaitingForExport(left)).toBe(true);
  await receiver.reopen();
  await withExporter(
    async () => {
      await waitUntil("it is done", async () => !isWaitingForExport(left));
      expect(seqs()).toEqual(range(1, 5));
    },
    { dead: [left] },
  );
  expect(readdirSync(left)).not.toContain("otlp-claim");
  expect(receiver.records()[0]?.resource["service.instance.id"]).toBe(path.basename(left));
});

test("when too much waits, the oldest entries give way, and that is reported", async () => {
  let left = "";
  await receiver.close();
  await withExporter(async (writer) => {
    await append(writer, 50);
    left = path.join(folder, writer.writerId);
  });
  await withExporter(
    async (writer, exporter) => {
      await waitUntil("they have given way", async () => exporter.lost.full === 50);
      // Nothing of the dead writer is needed any more, although the receiver is still away.
      await waitUntil("it is done", async () => !isWaitingForExport(left));
      await append(writer, 2);
      await receiver.reopen();
      await allSent(exporter);
      await waitUntil("it is reported", async () => gaps().length > 0);
      expect(gaps()[0]?.attributes).toMatchObject({
        "keyward.writer": path.basename(left),
        "keyward.gap.first": "1",
        "keyward.gap.last": "50",
      });
    },
    { dead: [left], keptBytes: 2000 },
  );
  expect(isWaitingForExport(left)).toBe(false);
});

test("a spool that is copied and old is kept while it has something to send", async () => {
  const spools = path.join(folder, "held");
  let left = "";
  await withWriter(
    async (writer) => {
      await append(writer, 1);
      left = path.join(spools, writer.writerId);
    },
    { folder: spools },
  );
  const adopt = (isNeeded: (spool: string) => boolean) =>
    adoptSpools(runtime().pool, spools, "", quiet, sealKey(), isNeeded);
  for (const name of readdirSync(left)) utimesSync(path.join(left, name), 0, 0);
  await adopt(isWaitingForExport);
  expect(existsSync(left)).toBe(true);
  await adopt(() => false);
  expect(existsSync(left)).toBe(false);
  rmSync(spools, { recursive: true, force: true });
});
