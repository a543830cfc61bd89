import { expect, test } from "vitest";
import { entry, untilCopied, withWriter } from "@/tests/database/access-log-writer";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeMember, makeWorkspace } from "@/tests/factories/factories";
import { useKeyApiServer } from "@/tests/processes/key-api-server";
import { waitUntil } from "@/tests/wait-until";
import { revokeApiKey } from "../keys/revoke-api-key";
import { runtime } from "../runtime";

useRuntime();
const server = useKeyApiServer();
const logs = "/api/public/v1/access-logs";

type Entry = { request_id: string; at: string; key_id: string; code: string };
type Event = { id: string; entry: Entry };

function get(path: string, secret: string, headers: Record<string, string> = {}, signal?: AbortSignal) {
  return fetch(server.origin() + path, {
    headers: { "x-api-key": secret, ...headers },
    signal: signal ?? null,
  });
}

/** Follows a stream. `events` grows; `ended` resolves when the server ends it. */
async function follow(query: string, secret: string, headers: Record<string, string> = {}) {
  const leaving = new AbortController();
  const answer = await get(
    `${logs}/stream${query}`,
    secret,
    { "x-request-id": "the-reader", ...headers },
    leaving.signal,
  );
  expect(answer.status).toBe(200);
  const events: Event[] = [];
  const read = async () => {
    let text = "";
    for await (const chunk of answer.body as ReadableStream<Uint8Array>) {
      text += new TextDecoder().decode(chunk);
      const blocks = text.split("\n\n");
      text = blocks.pop() ?? "";
      for (const block of blocks) {
        const [, id, data] = /^id: (\S+)\ndata: (.*)$/.exec(block) ?? [];
        if (id && data) events.push({ id, entry: JSON.parse(data) as Entry });
      }
    }
  };
  const ended = read().catch(() => {});
  return { answer, events, ended, leave: () => leaving.abort() };
}

const use = (secret: string, requestId: string) =>
  get("/api/public/v1/me", secret, { "x-request-id": requestId });
const ids = (events: Event[]) => events.map(({ entry: { request_id } }) => request_id);

test("a stream shows each entry once, and goes on after the last one that a client has", async () => {
  const { actor } = await makeWorkspace();
  const { key, secret } = await makeKey(actor);
  const other = await makeKey(actor);
  const first = await follow(`?key_id=${key.id}`, secret);
  const past = await follow(`?to=${new Date(Date.now() - 60_000).toISOString()}`, secret);
  expect(Object.fromEntries(first.answer.headers)).toMatchObject({
    "content-type": "text/event-stream",
    "cache-control": "no-store, no-transform",
    "x-accel-buffering": "no",
  });
  for (const number of [1, 2, 3]) await use(secret, `live-${number}`);
  await use(other.secret, "of-another-key");
  await waitUntil("three are there", async () => ids(first.events).includes("live-3"));
  first.leave();
  const wanted = first.events.find(({ entry: { request_id } }) => request_id === "live-2") as Event;
  for (const number of [4, 5]) await use(secret, `live-${number}`);
  const second = await follow(`?key_id=${key.id}`, secret, { "last-event-id": wanted.id });
  await use(secret, "live-6");
  await waitUntil("the rest is there", async () => ids(second.events).includes("live-6"));
  second.leave();
  past.leave();
  expect(past.events).toEqual([]);
  expect(ids(first.events).filter((id) => id !== "the-reader")).toEqual(["live-1", "live-2", "live-3"]);
  expect(ids(second.events).filter((id) => id !== "the-reader")).toEqual([
    "live-3",
    "live-4",
    "live-5",
    "live-6",
  ]);
});

test("a stream ends when its key is revoked", async () => {
  const { actor } = await makeWorkspace();
  const { key, secret } = await makeKey(actor);
  const stream = await follow("", secret);
  await revokeApiKey(actor, key.id);
  await stream.ended;
  expect((await get(`${logs}/stream`, secret)).status).toBe(401);
});

test("a member's stream has their own keys only, and a workspace has ten streams at most", async () => {
  const { actor, workspace } = await makeWorkspace();
  const owners = await makeKey(actor);
  const member = await makeMember(workspace, "member");
  const { secret } = await makeKey(member.actor);
  const stream = await follow("", secret);
  await use(owners.secret, "of-the-owner");
  await use(secret, "of-the-member");
  await waitUntil("the member's is there", async () => ids(stream.events).includes("of-the-member"));
  expect(ids(stream.events)).not.toContain("of-the-owner");
  const more = await Promise.all(Array.from({ length: 9 }, () => follow("", secret)));
  const refused = await get(`${logs}/stream`, secret);
  expect(refused.status).toBe(429);
  expect(refused.headers.get("retry-after")).toBe("5");
  for (const { leave } of [stream, ...more]) leave();
  await waitUntil("all have ended", async () => runtime().logStreams.size === 0);
  const again = await follow("", secret);
  again.leave();
});

test.each([
  "nonsense",
  Buffer.from("2020-01-01T00:00:00.000000Z/00000000-0000-4000-8000-000000000000/1").toString("base64url"),
])("Last-Event-ID %s is refused", async (cursor) => {
  const { secret } = await makeKey((await makeWorkspace()).actor);
  const answer = await get(`${logs}/stream`, secret, { "last-event-id": cursor });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ error: { code: "invalid_request" } });
});

async function makeLog(count: number) {
  const { actor, workspace } = await makeWorkspace();
  const { key, secret } = await makeKey(actor);
  await withWriter(async (writer) => {
    const userAgents = ['=HYPERLINK("https://example.test")', "+1", "-1", "@sum", 'a, "b"', "plain"];
    await Promise.all(
      Array.from({ length: count }, (_, index) =>
        writer.append(
          entry({
            workspaceId: workspace.id,
            keyId: key.id,
            requestId: `export-${index}`,
            userAgent: userAgents[index % userAgents.length] as string,
          }),
        ),
      ),
    );
    await untilCopied(writer);
  });
  return { secret, keyId: key.id, workspaceId: workspace.id };
}

test("an export has all entries in order of time, and says how many", async () => {
  const { secret, keyId } = await makeLog(12_001);
  const answer = await get(`${logs}/export?format=ndjson&key_id=${keyId}&outcome=allowed`, secret, {
    "x-request-id": "the-reader",
  });
  expect(answer.headers.get("content-disposition")).toBe('attachment; filename="access-log.ndjson"');
  const lines = (await answer.text())
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Entry);
  const end = lines.pop() as unknown as { end: boolean; rows: number };
  expect(end).toEqual({ end: true, rows: lines.length });
  const exported = lines.filter(({ request_id }) => request_id !== "the-reader");
  expect(exported.map(({ request_id }) => request_id)).toEqual(
    Array.from({ length: 12_001 }, (_, index) => `export-${index}`),
  );
  expect(Object.keys(lines[0] ?? {})).toContain("user_agent");
});

test("S57 text in an exported file can't become a formula", async () => {
  const { secret, keyId } = await makeLog(6);
  const answer = await get(`${logs}/export?format=csv&key_id=${keyId}`, secret);
  expect(answer.headers.get("content-type")).toMatch(/^text\/csv/);
  const text = await answer.text();
  expect(text.split("\r\n")[0]).toBe(
    "at,request_id,key_id,method,path,outcome,status,code,ip,user_agent,source,would_deny",
  );
  for (const neutral of [
    `"'=HYPERLINK(""https://example.test"")"`,
    "'+1",
    "'-1",
    "'@sum",
    `"a, ""b"""`,
    "plain",
  ])
    expect(text).toContain(`,${neutral},api`);
  expect(text.trimEnd().split("\r\n").length).toBeGreaterThanOrEqual(7);
});

test("a workspace has one export at a time, and one that is left makes room", async () => {
  const { secret } = await makeLog(12_000);
  const leaving = new AbortController();
  const first = await get(`${logs}/export?format=csv`, secret, {}, leaving.signal);
  expect(first.status).toBe(200);
  const refused = await get(`${logs}/export?format=csv`, secret);
  expect(refused.status).toBe(429);
  leaving.abort();
  await waitUntil("there is room again", async () => {
    const again = await get(`${logs}/export?format=csv`, secret);
    await again.text();
    return again.status === 200;
  });
});

test("an export that fails cuts the connection", async () => {
  const { secret, workspaceId } = await makeLog(12_000);
  const answer = await get(`${logs}/export?format=ndjson`, secret);
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
  await reader.read();
  // Another export took its place.
  await runtime().pool.query("UPDATE access_log.exports SET id = gen_random_uuid() WHERE workspace_id = $1", [
    workspaceId,
  ]);
  const rest = async () => {
    while (!(await reader.read()).done);
  };
  await expect(rest()).rejects.toThrow();
  await runtime().pool.query("DELETE FROM access_log.exports WHERE workspace_id = $1", [workspaceId]);
});
