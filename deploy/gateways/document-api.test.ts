import { afterAll, beforeAll, expect, test } from "vitest";
import { revokeApiKey } from "@/lib/server/keys/revoke-api-key";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { startDocumentApi } from "@/tests/peers/document-api";
import { type Gateway, startGateway } from "@/tests/peers/gateways";
import { sendRaw, useKeyApiServer } from "@/tests/processes/key-api-server";

/** examples/document-api behind nginx, with the shipped configuration. */
useRuntime();
const keyward = useKeyApiServer();
let api: Awaited<ReturnType<typeof startDocumentApi>>;
let gateway: Gateway;
beforeAll(async () => {
  api = await startDocumentApi({ PROTECTED_BY: "gateway" });
  gateway = await startGateway("nginx", { keyward: keyward.port(), api: api.port });
});
afterAll(async () => {
  await gateway.stop();
  await api.stop();
});

type Sent = Parameters<typeof sendRaw>[2];
const call = (secret: string, path: string, sent: Sent = {}) =>
  sendRaw(gateway.port, path, { ...sent, headers: { "x-api-key": secret } });

test("files and workflow runs work behind nginx, with a key in each of its three forms", async () => {
  const { actor } = await makeWorkspace();
  const { secret, key } = await makeKey(actor);
  const upload = { method: "POST", body: "to be or not to be" };
  const made = await call(secret, "/v1/files?name=minutes.txt", upload);
  expect([made.status, made.json]).toMatchObject([201, { name: "minutes.txt", uploaded_by: key.id }]);
  for (const header of [
    ["x-api-key", secret],
    ["Authorization", `Bearer ${secret}`],
    ["Authorization", `api-key ${secret}`],
  ] as [string, string][]) {
    const listed = await sendRaw(gateway.port, "/v1/files", { headers: [header] });
    expect([listed.status, listed.json]).toEqual([200, { files: [made.json] }]);
  }
  const run = await call(secret, "/v1/workflow-runs", {
    method: "POST",
    body: { model: "word-count", file_id: (made.json as { id: string }).id },
  });
  expect(run.json).toMatchObject({ status: "completed", result: 6 });
});

test("behind nginx a read-only key can list and fetch, and a revoked key is denied immediately", async () => {
  const { actor } = await makeWorkspace();
  const writer = await makeKey(actor);
  const reader = await makeKey(actor, { permissionLevel: "read_only" });
  const made = await call(writer.secret, "/v1/files?name=a.txt", { method: "POST", body: "a" });
  const { id } = made.json as { id: string };
  expect((await call(reader.secret, "/v1/files")).json).toEqual({ files: [made.json] });
  expect((await call(reader.secret, `/v1/files/${id}`)).body).toBe("a");
  for (const [path, sent] of [
    ["/v1/files?name=b.txt", { method: "POST", body: "b" }],
    [`/v1/files/${id}`, { method: "DELETE" }],
  ] as [string, Sent][]) {
    const answer = await call(reader.secret, path, sent);
    expect([answer.status, answer.json]).toMatchObject([
      403,
      { error: { code: "insufficient_permissions" } },
    ]);
  }
  await revokeApiKey(actor, reader.key.id);
  const answer = await call(reader.secret, "/v1/files");
  expect([answer.status, answer.json]).toMatchObject([401, { error: { code: "revoked_key" } }]);
  expect((await call(writer.secret, "/v1/files")).json).toEqual({ files: [made.json] });
});

test("S48 the service rejects requests that bypass the gateway or forge its headers", async () => {
  expect(api.host).toBe("127.0.0.1");
  const { actor, workspace } = await makeWorkspace();
  const { secret } = await makeKey(actor);
  const forged: [string, string][] = [
    ["X-Keyward-Workspace-Id", workspace.id],
    ["X-Keyward-Key-Id", "key_forged"],
  ];
  expect((await sendRaw(gateway.port, "/v1/files", { headers: forged })).status).toBe(401);
  const made = await sendRaw(gateway.port, "/v1/files?name=a", {
    method: "POST",
    headers: [...forged, ["x-api-key", secret]],
    body: "a",
  });
  expect(made.json).not.toMatchObject({ uploaded_by: "key_forged" });
  // As from a gateway that passes on a client's header together with its own, or sets none.
  for (const headers of [[], forged.slice(0, 1), [...forged, ...forged]])
    expect((await sendRaw(api.port, "/v1/files", { headers })).status).toBe(503);
});
