import { expect, test } from "vitest";
import { runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeMember, makeWorkspace } from "@/tests/factories/factories";
import { useKeyApi } from "@/tests/processes/key-api-server";

useRuntime();
const call = useKeyApi();
type Usage = { buckets: { start: string; allowed: number; denied: number }[]; total: object };

async function used(
  workspaceId: string,
  keyId: string,
  hour: string,
  allowed: number,
  denied: number,
): Promise<void> {
  await runtime().pool.query(
    `INSERT INTO access_log.key_counts (span, key_id, start, workspace_id, code, would_deny, source, count)
     SELECT 'hour', $1, $2::timestamptz, $3, code, '', 'api', count FROM (VALUES ('valid', $4::int), ('expired_key', $5)) AS counts (code, count)`,
    [keyId, hour, workspaceId, allowed, denied],
  );
}

const ask = (secret: string, query: string) =>
  call(`/api/public/v1/usage${query}`, { headers: { "x-api-key": secret } });

test("usage is counted by UTC hour and day, including empty ones, for one key or all", async () => {
  const { actor, workspace } = await makeWorkspace();
  const one = await makeKey(actor);
  const two = await makeKey(actor);
  await used(workspace.id, one.key.id, "2026-03-28T23:00Z", 5, 1);
  await used(workspace.id, one.key.id, "2026-03-30T00:00Z", 7, 0);
  await used(workspace.id, two.key.id, "2026-03-30T21:00Z", 2, 3);
  const days = await ask(one.secret, "?from=2026-03-28T12:00:00Z&to=2026-03-31T01:00:00%2B02:00");
  expect([days.status, days.json]).toEqual([
    200,
    {
      buckets: [
        { start: "2026-03-28T00:00:00.000Z", allowed: 5, denied: 1 },
        { start: "2026-03-29T00:00:00.000Z", allowed: 0, denied: 0 },
        { start: "2026-03-30T00:00:00.000Z", allowed: 9, denied: 3 },
      ],
      total: { allowed: 14, denied: 4 },
    },
  ]);
  const hours = await ask(
    one.secret,
    `?from=2026-03-30T20:30:00Z&to=2026-03-30T22:00:00Z&bucket=hour&key_id=${two.key.id}`,
  );
  expect((hours.json as Usage).buckets).toEqual([
    { start: "2026-03-30T20:00:00.000Z", allowed: 0, denied: 0 },
    { start: "2026-03-30T21:00:00.000Z", allowed: 2, denied: 3 },
    { start: "2026-03-30T22:00:00.000Z", allowed: 0, denied: 0 },
  ]);
});

test("the default range is the last 30 days including the latest requests", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor);
  await ask(secret, "");
  const { buckets, total } = (await ask(secret, "")).json as Usage;
  expect(buckets).toHaveLength(31);
  expect(total).toEqual({ allowed: 2, denied: 0 });
});

test("S41 a member's key reads only usage of its owner's keys, even if it names another key", async () => {
  const { actor, workspace } = await makeWorkspace();
  const { key } = await makeKey(actor);
  const { actor: member } = await makeMember(workspace, "member");
  const own = await makeKey(member);
  const foreign = await makeKey((await makeWorkspace()).actor);
  await used(workspace.id, key.id, "2026-03-30T00:00Z", 7, 0);
  await used(workspace.id, own.key.id, "2026-03-30T00:00Z", 2, 0);
  const span = "?from=2026-03-30T00:00:00Z&to=2026-03-30T01:00:00Z";
  const total = async (secret: string, query = "") =>
    ((await ask(secret, span + query)).json as { total: { allowed: number } }).total.allowed;
  expect(await total(own.secret)).toBe(2);
  expect(await total(own.secret, `&key_id=${key.id}`)).toBe(0);
  expect(await total(foreign.secret, `&key_id=${key.id}`)).toBe(0);
});

test("S47 an invalid range or bucket or an empty key id is 400 and names the field", async () => {
  const { secret } = await makeKey((await makeWorkspace()).actor);
  const wrong: [string, string][] = [
    ["?from=yesterday", "from"],
    ["?from=2026-03-31T00:00:00Z&to=2026-03-30T00:00:00Z", "from"],
    ["?from=2024-03-31T00:00:00Z&to=2026-03-30T00:00:00Z", "from"],
    ["?from=2026-01-01T00:00:00Z&to=2026-03-30T00:00:00Z&bucket=hour", "from"],
    ["?bucket=minute", "bucket"],
    ["?key_id=", "key_id"],
    ["?key_id=1;", "key_id"],
    ["?bucket=day&bucket=hour", "bucket"],
    ["?user_id=usr_1", "user_id"],
  ];
  for (const [query, field] of wrong) {
    const answer = await ask(secret, query);
    expect([query, answer.status]).toEqual([query, 400]);
    expect((answer.json as { error: { fields: object } }).error.fields).toHaveProperty(field);
  }
});
