import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { createTestDatabase, type TestDatabase } from "../database/database";
import { sendHttp } from "../peers/http-client";
import { startOtlpReceiver } from "../peers/otlp-receiver";
import { type StartedServer, startServer } from "../processes/started-server";
import { waitUntil } from "../wait-until";

vi.setConfig({ testTimeout: 90_000 });

const receiver = await startOtlpReceiver();
let database: TestDatabase;
let server: StartedServer | undefined;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  await server?.stop();
  server = undefined;
});
afterAll(async () => {
  await receiver.close();
  await database.drop();
});

/** Makes a call that is logged. */
async function denied(requestId: string): Promise<void> {
  const headers = { "x-api-key": "kw_sk_wrong", "x-request-id": requestId };
  const answer = await sendHttp(server?.port ?? 0, "/api/public/v1/me", { headers });
  expect(answer.status).toBe(401);
}

const arrived = () => receiver.records().map(({ attributes }) => attributes["keyward.request.id"]);

test("a started server sends its log and its checkpoints, and after kill -9 the next one sends what is left", async () => {
  const settings = {
    DATABASE_URL: database.url,
    DATA_DIR: mkdtempSync(path.join(tmpdir(), "keyward-otlp-")),
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.origin,
    OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=test",
  };
  server = await startServer(settings);
  await denied("first");
  await waitUntil("the first entry arrives", async () => arrived().includes("first"));
  await waitUntil("a checkpoint arrives", async () =>
    receiver.records().some(({ eventName }) => eventName === "keyward.checkpoint"),
  );
  await receiver.close();
  for (const name of ["second", "third"]) await denied(name);
  await server.stop("SIGKILL");

  await receiver.reopen();
  server = await startServer(settings);
  await waitUntil("what was left arrives", async () => arrived().includes("third"));
  await denied("fourth");
  expect(await server.stop()).toBe(0);
  expect(new Set(arrived().filter(Boolean))).toEqual(new Set(["first", "second", "third", "fourth"]));
  expect(receiver.records()[0]?.resource).toMatchObject({
    "service.name": "keyward",
    "deployment.environment.name": "test",
  });
  expect(receiver.faults).toEqual([]);
});
