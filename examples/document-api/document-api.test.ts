import { afterAll, beforeAll, expect, test } from "vitest";
import { revokeApiKey } from "@/lib/server/keys/revoke-api-key";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { refusedDocumentApi, startDocumentApi } from "@/tests/peers/document-api";
import { sendRaw, useKeyApiServer } from "@/tests/processes/key-api-server";

const serviceToken = "a-service-token-of-a-test";
useRuntime({ SERVICE_TOKEN: serviceToken });
const keyward = useKeyApiServer();
let api: Awaited<ReturnType<typeof startDocumentApi>>;
beforeAll(async () => {
  api = await startDocumentApi({
    PROTECTED_BY: "sdk",
    KEYWARD_URL: keyward.origin(),
    KEYWARD_SERVICE_TOKEN: serviceToken,
  });
});
afterAll(() => api.stop());

type Sent = Parameters<typeof sendRaw>[2];
const call = (secret: string, path: string, sent: Sent = {}) =>
  sendRaw(api.port, path, { ...sent, headers: { "x-api-key": secret } });
const upload = (secret: string, name: string, body: string) =>
  call(secret, `/v1/files?name=${name}`, { method: "POST", body });

test("files, models and workflow runs work, with a key in each of its three forms", async () => {
  const { actor } = await makeWorkspace();
  const { secret, key } = await makeKey(actor);
  const made = await upload(secret, "minutes.txt", "to be or\nnot to be");
  expect([made.status, made.json]).toMatchObject([
    201,
    { name: "minutes.txt", bytes: 18, uploaded_by: key.id },
  ]);
  const { id } = made.json as { id: string };
  for (const header of [
    ["x-api-key", secret],
    ["Authorization", `Bearer ${secret}`],
    ["Authorization", `api-key ${secret}`],
  ] as [string, string][]) {
    const listed = await sendRaw(api.port, "/v1/files", { headers: [header] });
    expect([listed.status, listed.json]).toEqual([200, { files: [made.json] }]);
  }
  expect((await call(secret, `/v1/files/${id}`)).body).toBe("to be or\nnot to be");
  const { models } = (await call(secret, "/v1/models")).json as { models: { id: string }[] };
  expect(models.map((model) => model.id)).toEqual(["word-count", "line-count"]);
  for (const [model, result] of [
    ["word-count", 6],
    ["line-count", 2],
  ]) {
    const body = { model, file_id: id };
    const started = await call(secret, "/v1/workflow-runs", { method: "POST", body });
    expect([started.status, started.json]).toMatchObject([201, { result, started_by: key.id }]);
    const run = await call(secret, `/v1/workflow-runs/${(started.json as { id: string }).id}`);
    expect(run.json).toEqual(started.json);
  }
  expect((await call(secret, `/v1/files/${id}`, { method: "DELETE" })).status).toBe(204);
  expect((await call(secret, `/v1/files/${id}`)).status).toBe(404);
});

test("a read-only key can list and fetch, but not upload, delete or start a run", async () => {
  const { actor } = await makeWorkspace();
  const writer = await makeKey(actor);
  const reader = await makeKey(actor, { permissionLevel: "read_only" });
  const { id } = (await upload(writer.secret, "a.txt", "a")).json as { id: string };
  expect((await call(reader.secret, "/v1/files")).json).toMatchObject({ files: [{ id }] });
  expect((await call(reader.secret, `/v1/files/${id}`)).body).toBe("a");
  const refused = [
    await upload(reader.secret, "b.txt", "b"),
    await call(reader.secret, `/v1/files/${id}`, { method: "DELETE" }),
    await call(reader.secret, "/v1/workflow-runs", {
      method: "POST",
      body: { model: "word-count", file_id: id },
    }),
  ];
  for (const answer of refused)
    expect([answer.status, answer.json]).toMatchObject([
      403,
      { error: { code: "insufficient_permissions" } },
    ]);
  expect((await call(writer.secret, "/v1/files")).json).toMatchObject({ files: [{ id }] });
});

test("a revoked key is denied immediately, and another workspace's documents are 404", async () => {
  const { actor } = await makeWorkspace();
  const { secret, key } = await makeKey(actor);
  const { id } = (await upload(secret, "a.txt", "a")).json as { id: string };
  const other = await makeKey((await makeWorkspace()).actor);
  expect((await call(other.secret, "/v1/files")).json).toEqual({ files: [] });
  expect((await call(other.secret, `/v1/files/${id}`)).status).toBe(404);
  expect((await call(other.secret, `/v1/files/${id}`, { method: "DELETE" })).status).toBe(404);
  await revokeApiKey(actor, key.id);
  const answer = await call(secret, `/v1/files/${id}`);
  expect([answer.status, answer.json]).toMatchObject([401, { error: { code: "revoked_key" } }]);
});

test("S48 identity headers from a client are ignored if the SDK checks the key", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor);
  const forged = ["X-Keyward-Workspace-Id", "X-Keyward-Key-Id"].map((name): [string, string] => [name, "x"]);
  expect((await sendRaw(api.port, "/v1/files", { headers: forged })).status).toBe(401);
  const made = await sendRaw(api.port, "/v1/files?name=a", {
    method: "POST",
    headers: [...forged, ["x-api-key", secret]],
    body: "a",
  });
  expect((await call(secret, "/v1/files")).json).toEqual({ files: [made.json] });
});

test("invalid input gets an error, and the service keeps working", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor);
  const wrong: [string, Sent, number][] = [
    ["/v1/files", { method: "POST", body: "x" }, 400],
    ["/v1/files?name=a", { method: "POST", body: "x".repeat(1024 * 1024 + 1) }, 413],
    ["/v1/files", { method: "PUT", body: "x" }, 405],
    ["/v1/nothing", {}, 404],
    ["//[", {}, 404],
    ["/v1/workflow-runs", { method: "POST", body: "{" }, 400],
    ["/v1/workflow-runs", { method: "POST", body: "null" }, 400],
    ["/v1/workflow-runs", { method: "POST", body: { model: "word-count", file_id: "file_none" } }, 400],
  ];
  for (const [path, sent, status] of wrong)
    expect((await call(secret, path, sent)).status, path).toBe(status);
  expect((await call(secret, "/v1/models")).status).toBe(200);
});

test("it does not start without a guard, or behind a gateway if it would be reachable from the network", async () => {
  const refused: [Record<string, string>, RegExp][] = [
    [{}, /PROTECTED_BY/],
    [{ PROTECTED_BY: "nothing" }, /PROTECTED_BY/],
    [{ PROTECTED_BY: "gateway", HOST: "0.0.0.0" }, /HOST/],
    [{ PROTECTED_BY: "gateway", PORT: "high" }, /PORT/],
    [{ PROTECTED_BY: "sdk" }, /KEYWARD_URL/],
    [{ PROTECTED_BY: "sdk", KEYWARD_URL: keyward.origin() }, /KEYWARD_SERVICE_TOKEN/],
  ];
  for (const [settings, reason] of refused)
    expect(await refusedDocumentApi(settings)).toEqual([1, expect.stringMatching(reason)]);
});
