import { expect, test } from "vitest";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeMember, makeWorkspace, nowhere } from "@/tests/factories/factories";
import { useKeyApi } from "@/tests/processes/key-api-server";
import { recordSignInAttempt } from "../logs/record-sign-in-attempt";

useRuntime();
const call = useKeyApi();
const me = "/api/public/v1/me";

type Entry = { request_id: string; at: string; key_id: string; code: string; ip: string };
type Page = { entries: Entry[]; next_cursor: string | null; complete_up_to: string };

async function logs(secret: string, query = ""): Promise<Page> {
  const answer = await call(`/api/public/v1/access-logs${query}`, {
    headers: { "x-api-key": secret, "x-request-id": "the-reader" },
  });
  expect(answer.status, `${query} ${answer.body}`).toBe(200);
  const page = answer.json as Page;
  return { ...page, entries: page.entries.filter(({ request_id }) => request_id !== "the-reader") };
}

const ids = (page: Page) => page.entries.map(({ request_id }) => request_id);

async function use(secret: string, requestId: string, headers: Record<string, string> = {}, path = me) {
  return call(path, { headers: { "x-api-key": secret, "x-request-id": requestId, ...headers } });
}

test("an entry has the caller, the request, and the outcome", async () => {
  const { actor } = await makeWorkspace();
  const { key, secret } = await makeKey(actor);
  await use(
    secret,
    "one",
    { "user-agent": "curl/8", "x-forwarded-for": "203.0.113.9" },
    `${me}?secret=query`,
  );
  await use(secret, "two", {}, "/auth/api-keys");
  const page = await logs(secret);
  expect(page.entries).toEqual([
    {
      request_id: "two",
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      key_id: key.id,
      method: "GET",
      path: "/auth/api-keys",
      outcome: "denied",
      status: 403,
      code: "insufficient_permissions",
      ip: "127.0.0.1",
      user_agent: null,
      source: "api",
    },
    expect.objectContaining({
      request_id: "one",
      path: me,
      outcome: "allowed",
      status: 200,
      code: "valid",
      ip: "203.0.113.9",
      user_agent: "curl/8",
    }),
  ]);
  expect(page.next_cursor).toBe(null);
});

test("each entry that exists at the first page appears exactly once, newest first, while new ones arrive", async () => {
  const { actor } = await makeWorkspace();
  const { key, secret } = await makeKey(actor);
  const reader = await makeKey(actor);
  await Promise.all(Array.from({ length: 25 }, (_, index) => use(secret, `before-${index}`)));
  const seen: Entry[] = [];
  let cursor: string | null = "";
  for (let page = 0; cursor !== null; page += 1) {
    const { entries, next_cursor } = await logs(
      reader.secret,
      `?key_id=${key.id}&limit=4${cursor && `&cursor=${cursor}`}`,
    );
    seen.push(...entries);
    cursor = next_cursor;
    await use(secret, `later-${page}`);
  }
  expect(seen.map(({ request_id }) => request_id).sort()).toEqual(
    Array.from({ length: 25 }, (_, index) => `before-${index}`).sort(),
  );
  expect(seen.map(({ at }) => at)).toEqual(
    seen
      .map(({ at }) => at)
      .sort()
      .reverse(),
  );
});

test("no entry appears later at or before complete_up_to", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor);
  for (let round = 0; round < 10; round += 1) {
    const [{ complete_up_to }] = await Promise.all([logs(secret), use(secret, `concurrent-${round}`)]);
    const upTo = `?limit=1000&to=${encodeURIComponent(complete_up_to)}`;
    const then = ids(await logs(secret, upTo));
    await Promise.all([use(secret, `after-${round}`), use(secret, `after-${round}-b`)]);
    expect(ids(await logs(secret, upTo))).toEqual(then);
  }
});

test("filters work alone and combined", async () => {
  const { actor } = await makeWorkspace();
  const { key, secret } = await makeKey(actor);
  const other = await makeKey(actor, { rateLimitPerMinute: 100 });
  await use(secret, "allowed", { "x-forwarded-for": "203.0.113.9" });
  await use(secret, "denied", { "x-forwarded-for": "2001:db8::1" }, "/auth/api-keys");
  await use(other.secret, "other", { "x-forwarded-for": "198.51.100.1" });
  const find = async (query: string) => ids(await logs(secret, query)).sort();
  expect(await find(`?key_id=${key.id}`)).toEqual(["allowed", "denied"]);
  expect(await find("?outcome=denied")).toEqual(["denied"]);
  expect(await find("?code=insufficient_permissions&outcome=denied")).toEqual(["denied"]);
  expect(await find("?code=valid&ip=203.0.113.9")).toEqual(["allowed"]);
  expect(await find("?ip=203.0.113.0/24")).toEqual(["allowed"]);
  expect(await find("?ip=2001:db8::/32")).toEqual(["denied"]);
  const { entries } = await logs(secret, `?key_id=${key.id}`);
  const [, oldest] = entries as [Entry, Entry];
  const after = new Date(Date.parse(oldest.at) + 1).toISOString();
  expect(await find(`?from=${after}&to=2999-01-01T00:00:00%2B01:00`)).not.toContain("allowed");
  expect(await find(`?to=${after}&key_id=${key.id}`)).toContain("allowed");
  expect(await find("?from=2999-01-01T00:00:00Z")).toEqual([]);
});

test("S47 an invalid filter, limit, or cursor is 400 and names the parameter", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor);
  const forge = (text: string) => Buffer.from(text).toString("base64url");
  const uuid = "00000000-0000-4000-8000-000000000000";
  const wrong: [string, string][] = [
    ["limit", "0"],
    ["limit", "-1"],
    ["limit", "1001"],
    ["limit", "1e9"],
    ["outcome", "maybe"],
    ["code", "nothing"],
    ["ip", "203.0.113"],
    ["ip", "203.0.113.0/33"],
    ["from", "yesterday"],
    ["from", "2026-02-30T00:00:00Z"],
    ["to", "0000-01-01T00:00:00Z"],
    ["key_id", ""],
    ["key_id", "undefined"],
    ["key_id", "key_%00"],
    ["key_id[$ne]", "x"],
    ["cursor", "nonsense"],
    ["cursor", forge("2026-11-22T12:00:00.000000Z")],
    ["cursor", forge(`2026-02-30T12:00:00.000000Z/${uuid}/1`)],
    ["cursor", forge(`0000-01-01T12:00:00.000000Z/${uuid}/1`)],
    ["cursor", forge(`2026-11-22T12:00:00.000000Z/${"-".repeat(36)}/1`)],
    ["cursor", forge(`2026-11-22T12:00:00.000000Z/${uuid}/-1`)],
    ["cursor", forge(`2026-11-22T12:00:00.000000Z/${uuid}/1' OR true --`)],
    ["workspace_id", "ws_1"],
  ];
  for (const [name, value] of wrong) {
    const answer = await call(`/api/public/v1/access-logs?${name}=${value}`, {
      headers: { "x-api-key": secret },
    });
    expect(answer.status, `${name}=${value}`).toBe(400);
    expect(answer.json).toMatchObject({
      error: { code: "invalid_request", fields: { [name]: expect.any(String) } },
    });
  }
});

test("a key or cursor of another workspace shows nothing of it", async () => {
  const here = await makeKey((await makeWorkspace()).actor);
  const { actor } = await makeWorkspace();
  const there = await makeKey(actor);
  await use(there.secret, "theirs-1");
  await use(there.secret, "theirs-2");
  await use(here.secret, "ours");
  expect(ids(await logs(here.secret, `?key_id=${there.key.id}`))).toEqual([]);
  const { next_cursor } = await logs(there.secret, "?limit=1");
  expect(
    ids(await logs(here.secret, `?cursor=${next_cursor}`)).filter((id) => id.startsWith("theirs")),
  ).toEqual([]);
  expect(ids(await logs(here.secret))).toEqual(["ours"]);
});

test("a member's key reads only its owner's keys, an admin's key reads all, and neither reads sign-ins", async () => {
  const { workspace, actor, owner } = await makeWorkspace();
  const member = await makeMember(workspace, "member");
  const admins = await makeKey(actor);
  const members = await makeKey(member.actor);
  const second = await makeKey(member.actor);
  for (const user of [owner, member.user])
    await recordSignInAttempt(user, "signed_in", { ...nowhere, requestId: "sign-in" });
  await use(admins.secret, "admins");
  await use(members.secret, "members");
  await use(second.secret, "second");
  expect(ids(await logs(members.secret)).sort()).toEqual(["members", "second"]);
  expect(ids(await logs(members.secret, `?key_id=${admins.key.id}`))).toEqual([]);
  const all = ids(await logs(admins.secret));
  expect(all).toEqual(expect.arrayContaining(["admins", "members", "second"]));
  expect(all).not.toContain("sign-in");
});
