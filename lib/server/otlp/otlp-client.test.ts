import { afterAll, expect, test } from "vitest";
import { accept, startOtlpReceiver } from "@/tests/peers/otlp-receiver";
import { checkpointRecord } from "./log-records";
import { OtlpClient } from "./otlp-client";

const receiver = await startOtlpReceiver();
const client = new OtlpClient(
  {
    ...{ url: `${receiver.origin}/v1/logs`, headers: {}, timeoutMs: 500, gzip: false, keptBytes: 0 },
    resource: { "service.name": "keys of acme" },
  },
  "1.2.3",
);
const send = () => client.send(checkpointRecord("{}"), {});
afterAll(async () => {
  await client.close();
  await receiver.close();
});

test("only 429, 502, 503 and 504 may be sent again", async () => {
  const results: Record<number, string> = {};
  for (const status of [200, 202, 301, 400, 401, 403, 404, 408, 413, 429, 500, 501, 502, 503, 504]) {
    receiver.answer((_attempt, response) => response.writeHead(status).end());
    results[status] = (await send()).result;
  }
  expect(results).toEqual({
    ...{ 200: "accepted", 202: "accepted", 301: "refused", 400: "refused", 401: "refused", 403: "refused" },
    ...{ 404: "refused", 408: "refused", 413: "refused", 429: "retry", 500: "refused", 501: "refused" },
    ...{ 502: "retry", 503: "retry", 504: "retry" },
  });
});

test("Retry-After may be seconds or a date, and is absent otherwise", async () => {
  const inAMinute = new Date(Date.now() + 60_000).toUTCString();
  const waits = [];
  for (const value of ["7", inAMinute, "soon"]) {
    receiver.answer((_attempt, response) => response.writeHead(503, { "retry-after": value }).end());
    const answer = await send();
    waits.push(answer.result === "retry" ? answer.afterMs : Number.NaN);
  }
  expect(waits).toEqual([7000, expect.any(Number), null]);
  expect(waits[1]).toBeGreaterThan(30_000);
});

test("an answer that isn't what the protocol says is a success, and an endless one is a failure", async () => {
  for (const body of [
    "",
    "no JSON",
    "[]",
    "null",
    '{"partialSuccess":null}',
    '{"partialSuccess":{"rejectedLogRecords":"-3"}}',
  ]) {
    receiver.answer((_attempt, response) => response.end(body));
    expect(await send()).toEqual({ result: "accepted", rejected: 0, message: "" });
  }
  receiver.answer((_attempt, response) => {
    const timer = setInterval(() => response.write("x".repeat(100)), 20);
    response.on("close", () => clearInterval(timer));
  });
  expect(await send()).toEqual({ result: "retry", error: "no answer within 500 ms", afterMs: null });
});

test("without compression the request is JSON as it is", async () => {
  receiver.answer(accept);
  receiver.attempts.length = 0;
  await send();
  expect(receiver.attempts[0]?.headers["content-encoding"]).toBeUndefined();
  expect(receiver.records()[0]).toMatchObject({
    eventName: "keyward.checkpoint",
    body: { stringValue: "{}" },
    resource: { "service.name": "keys of acme", "service.version": "1.2.3" },
  });
});
