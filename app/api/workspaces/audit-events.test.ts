import { beforeAll, expect, test } from "vitest";
import type { AuditEvent, AuditEventPage } from "@/lib/contracts/audit-events";
import { changeApiKey } from "@/lib/server/keys/change-api-key";
import { revokeApiKey } from "@/lib/server/keys/revoke-api-key";
import { newId } from "@/lib/server/new-id";
import { db, runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeMember, makeSessionCookie, makeWorkspace } from "@/tests/factories/factories";
import { callConsole } from "@/tests/processes/console-routes";

useRuntime();

let made: Awaited<ReturnType<typeof makeWorkspace>>;
let other: Awaited<ReturnType<typeof makeWorkspace>>;
let cookie: string;
let keyId: string;
beforeAll(async () => {
  [made, other] = [await makeWorkspace(), await makeWorkspace()];
  cookie = await makeSessionCookie(made.owner);
  const { user, actor } = await makeMember(made.workspace, "admin");
  await db().user.update({ where: { id: user.id }, data: { name: "Grace 100% Hopper" } });
  keyId = (await makeKey(made.actor, { name: "nightly_export" })).key.id;
  await makeKey(made.actor, { name: "nightlyXexport" });
  await changeApiKey({ ...actor, name: "Grace 100% Hopper" }, keyId, { name: "=cmd|'/c calc'!A1\nb" });
  await revokeApiKey(made.actor, keyId);
});

const call = (rest: string, who = cookie) =>
  callConsole("GET", `/api/workspaces/${made.workspace.slug}/audit-events${rest}`, { cookie: who });
const list = async (query: string) => {
  const { status, json } = await call(query);
  expect(status).toBe(200);
  return (json as AuditEventPage).events;
};
const actions = async (query: string) => (await list(query)).map(({ action }) => action);

test("filters by action, by group, by person and by target, and by several of them", async () => {
  expect(await actions("?action=api_key.renamed")).toEqual(["api_key.renamed"]);
  expect(await actions("?action=keys")).toEqual([
    "api_key.revoked",
    "api_key.renamed",
    "api_key.created",
    "api_key.created",
  ]);
  expect(await actions("?actor=grace")).toEqual(["api_key.renamed"]);
  expect(await actions(`?actor=${made.owner.id}&action=keys&target=${keyId}`)).toEqual([
    "api_key.revoked",
    "api_key.created",
  ]);
  expect(await actions(`?target=${keyId}`)).toHaveLength(3);
  expect(await actions(`?target=${newId("key")}`)).toEqual([]);
});

test("part of a name is taken literally, in any case", async () => {
  expect(await actions("?target=NIGHTLY_")).toEqual(["api_key.created"]);
  expect(await actions("?actor=100%25%20h")).toEqual(["api_key.renamed"]);
  expect(await actions("?actor=e%25h")).toEqual([]);
  expect(await actions("?target=%5C")).toEqual([]);
});

test("a range begins with its first moment and ends before its last one", async () => {
  const [event] = await list("?action=api_key.renamed");
  const at = event?.at as string;
  const later = new Date(Date.parse(at) + 1).toISOString();
  expect(await actions(`?action=api_key.renamed&from=${at}&to=${later}`)).toHaveLength(1);
  expect(await actions(`?action=api_key.renamed&from=${later}`)).toEqual([]);
  expect(await actions(`?action=api_key.renamed&to=${at}`)).toEqual([]);
  expect(await actions("?action=api_key.renamed&range=1h")).toHaveLength(1);
  const old = await db().auditEvent.create({
    data: {
      ...{ id: newId("aud", Date.now() - 90 * 86_400_000), at: new Date(Date.now() - 90 * 86_400_000) },
      ...{ workspaceId: made.workspace.id, action: "workspace.updated", actorType: "user" },
      ...{ actorId: made.owner.id, actorName: "Ada", targetType: "workspace" },
      ...{ targetId: made.workspace.id, targetName: "Acme" },
    },
  });
  expect((await list("?action=workspace.updated")).map(({ id }) => id)).toEqual([old.id]);
  expect(await list("?action=workspace.updated&range=30d")).toEqual([]);
});

test.each([
  ["action", "action=api_key.invented"],
  ["range", "range=1y"],
  ["from", "from=yesterday"],
  ["from", "from=2026-11-02T00:00:00Z&to=2026-11-01T00:00:00Z"],
  ["to", "to=1850-01-01T00:00:00Z"],
  ["actor", `actor=${"x".repeat(101)}`],
  ["target", "target=a%00b"],
  ["cursor", "cursor=aud_1"],
  ["person", "person=ada"],
])("the wrong %s in %s is refused and named", async (field, query) => {
  for (const path of ["?", "/export?format=csv&"]) {
    const { status, json } = await call(path + query);
    expect(status).toBe(400);
    expect(json).toMatchObject({
      error: { code: "invalid_request", fields: { [field]: expect.any(String) } },
    });
  }
});

test("one event is found by its id, and those of other workspaces aren't", async () => {
  const [event] = await list("?action=api_key.renamed");
  const { json } = await call(`/${event?.id}`);
  expect(json as AuditEvent).toEqual(event);
  const theirs = await db().auditEvent.findFirstOrThrow({ where: { workspaceId: other.workspace.id } });
  for (const id of [theirs.id, newId("aud"), "aud_1"]) expect((await call(`/${id}`)).status).toBe(404);
});

test("an NDJSON export has every event of the filters, oldest first, and says how many", async () => {
  const { headers, body } = await call("/export?format=ndjson&action=keys");
  expect(headers.get("content-disposition")).toBe('attachment; filename="audit-log.ndjson"');
  const lines = body
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.pop()).toEqual({ end: true, rows: 4 });
  expect(lines.map(({ action }) => action)).toEqual((await actions("?action=keys")).reverse());
  expect(lines[2]).toMatchObject({
    actor: { type: "user", name: "Grace 100% Hopper" },
    target: { type: "api_key", id: keyId },
    details: { name: { from: "nightly_export" } },
    ip: "203.0.113.7",
    request_id: null,
  });
});

test("S57 names in an exported audit log can't become formulas", async () => {
  const { headers, body } = await call("/export?format=csv&action=api_key.renamed");
  expect(headers.get("content-type")).toBe("text/csv; charset=utf-8; header=present");
  const [head, ...rest] = body.split("\r\n");
  expect(head).toBe(
    "at,id,action,actor_type,actor_id,actor_name,target_type,target_id,target_name,details,ip,user_agent,request_id",
  );
  expect(rest.join("\r\n")).toContain(`,api_key,${keyId},"'=cmd|'/c calc'!A1\nb",`);
});

test("an export of many events reads page after page, and the workspace has no other export in the meantime", async () => {
  const { workspace, owner } = await makeWorkspace();
  const one = await db().auditEvent.findFirstOrThrow({ where: { workspaceId: workspace.id } });
  await db().auditEvent.createMany({
    data: Array.from({ length: 4_500 }, (_, index) => ({
      ...one,
      details: { index },
      id: newId("aud", one.at.getTime() + index),
    })),
  });
  const who = await makeSessionCookie(owner);
  const path = `/api/workspaces/${workspace.slug}/audit-events/export?format=ndjson&action=${one.action}`;
  const { body } = await callConsole("GET", path, { cookie: who });
  const lines = body.trimEnd().split("\n");
  expect(lines.at(-1)).toBe('{"end":true,"rows":4501}');
  expect(new Set(lines).size).toBe(4_502);
  await runtime().pool.query(
    "INSERT INTO access_log.exports (workspace_id, id) VALUES ($1, gen_random_uuid())",
    [workspace.id],
  );
  expect((await callConsole("GET", path, { cookie: who })).status).toBe(429);
});
