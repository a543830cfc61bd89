import { beforeAll, expect, test } from "vitest";
import { db } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeMember, makeSessionCookie, makeWorkspace } from "@/tests/factories/factories";
import { callConsole } from "@/tests/processes/console-routes";

useRuntime();

let made: Awaited<ReturnType<typeof makeWorkspace>>;
let cookie: string;
beforeAll(async () => {
  made = await makeWorkspace();
  cookie = await makeSessionCookie(made.owner);
});

const path = (query = "") => `/api/workspaces/${made.workspace.slug}/api-keys/export${query}`;

test("the file has a row for each key that matches the filters, however many there are", async () => {
  const { key } = await makeKey(made.actor, { name: "blog, ingest", allowedIps: ["203.0.113.0/24"] });
  const row = await db().apiKey.findUniqueOrThrow({ where: { id: key.id } });
  const many = Array.from({ length: 1_100 }, (_, index) => ({
    ...row,
    metadata: {},
    id: `key_00000000000000000000${String(index).padStart(6, "0")}`,
    name: `copy ${index}`,
    hash: Uint8Array.from(Buffer.from(String(index).padStart(32, "0"))),
    ...(index === 7 && { revokedAt: new Date() }),
  }));
  await db().apiKey.createMany({ data: many });

  const answer = await callConsole("GET", path("?status=not_revoked"), { cookie });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toBe("text/csv; charset=utf-8");
  expect(answer.headers.get("cache-control")).toBe("no-store");
  expect(answer.headers.get("content-disposition")).toMatch(/^attachment; filename="api-keys-[\w-]+\.csv"$/);
  const lines = answer.body.split("\r\n");
  expect(lines.pop()).toBe("");
  expect(lines[0]).toMatch(/^key_id,name,key,status,owner,/);
  expect(lines).toHaveLength(1 + 1_100 - 1 + 1);
  expect(new Set(lines).size).toBe(lines.length);
  expect(lines.at(-1)).toContain(`${key.id},"blog, ingest",${row.prefix}…${row.suffix},active,Ada,`);
  expect(lines.at(-1)).toContain("203.0.113.0/24");
  expect(answer.body).not.toContain("copy 7,");
  expect(answer.body, "no secret's hash").not.toContain(Buffer.from(row.hash).toString("hex"));
  const one = await callConsole("GET", path("?search=copy%201099"), { cookie });
  expect(one.body.split("\r\n")).toHaveLength(3);
});

test.each(["=cmd|'/c calc'!A1", "+1", "-1", "@SUM(A1)"])(
  "S57 the name %s isn't a formula in the file",
  async (name) => {
    const { key } = await makeKey(made.actor, { name });
    const { body } = await callConsole("GET", path(`?search=${key.id}`), { cookie });
    expect(body.split("\r\n")[1]).toContain(`${key.id},'${name}`);
  },
);

test("a member gets their own keys only", async () => {
  const { user, actor } = await makeMember(made.workspace, "member");
  const { key } = await makeKey(actor, { name: "mine" });
  const { body } = await callConsole("GET", path(), { cookie: await makeSessionCookie(user) });
  const lines = body.split("\r\n");
  expect(lines).toHaveLength(3);
  expect(lines[1]).toMatch(new RegExp(`^${key.id},mine,`));
});

test("a wrong filter is refused and names the field", async () => {
  const { status, json } = await callConsole("GET", path("?status=lost"), { cookie });
  expect(status).toBe(400);
  expect(json).toMatchObject({ error: { fields: { status: expect.any(String) } } });
});
