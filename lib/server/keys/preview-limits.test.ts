import { randomUUID } from "node:crypto";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeMember, makeWorkspace } from "@/tests/factories/factories";
import type { MemberActor } from "../actor";
import { runtime } from "../runtime";
import { previewLimits } from "./preview-limits";

useRuntime();

type Logged = { ip?: string | null; secondsAgo?: number; outcome?: string; source?: string; agent?: string };

let made: Awaited<ReturnType<typeof makeWorkspace>>;
let actor: MemberActor;
let keyId: string;
let seq = 0;
const writer = randomUUID();
beforeAll(async () => {
  made = await makeWorkspace();
  actor = made.actor;
});
beforeEach(async () => {
  keyId = (await makeKey(actor, { rateLimitPerMinute: 100 })).key.id;
});

async function log(
  times: number,
  { ip = "203.0.113.7", secondsAgo = 60, outcome = "allowed", source = "api", agent = "curl/8" }: Logged = {},
): Promise<void> {
  await runtime().pool.query(
    `INSERT INTO access_log.entries (at, writer, seq, kind, request_id, workspace_id, key_id, user_id, source, outcome, status, code, ip, user_agent)
     SELECT date_trunc('minute', clock_timestamp()) - make_interval(secs => $1), $2, $3 + n, 'decision', 'req', $4, $5, $6, $7, $8, 200, 'valid', $9, $10
     FROM generate_series(1, $11) AS n`,
    [secondsAgo, writer, seq, actor.workspaceId, keyId, actor.userId, source, outcome, ip, agent, times],
  );
  seq += times;
}

test("counts the requests that a list of addresses would have refused, and names their callers", async () => {
  await log(3, { ip: "203.0.113.7" });
  await log(5, { ip: "198.51.100.4", agent: "nightly/1.4", secondsAgo: 7200 });
  await log(2, { ip: "2001:db8::1" });
  const preview = await previewLimits(actor, keyId, { allowedIps: ["203.0.113.0/24"] });
  expect(preview).toMatchObject({
    days: 7,
    requests: 10,
    refused: 7,
    isEstimate: false,
    since: null,
    callerCount: 2,
    callers: [
      { ip: "198.51.100.4", userAgent: "nightly/1.4", calls: 5, lastAt: expect.any(String) },
      { ip: "2001:db8::1", userAgent: "curl/8", calls: 2, lastAt: expect.any(String) },
    ],
  });
});

test("judges addresses as decisions do: IPv4 within IPv6 is IPv4, and an unknown address is on no list", async () => {
  await log(1, { ip: "::ffff:203.0.113.7" });
  await log(1, { ip: null, source: "unkey" });
  await log(1, { ip: "203.0.113.7" });
  const refusedBy = async (list: string[]) =>
    (await previewLimits(actor, keyId, { allowedIps: list })).refused;
  expect(await refusedBy(["203.0.113.0/24"])).toBe(1);
  expect(await refusedBy(["::ffff:203.0.113.7"])).toBe(1);
  expect(await refusedBy(["2001:db8::/32"])).toBe(3);
  expect(await refusedBy([])).toBe(0);
});

test("looks at allowed requests of the last 7 days only", async () => {
  await log(1, { outcome: "denied" });
  await log(1, { secondsAgo: 8 * 86_400 });
  const preview = await previewLimits(actor, keyId, { allowedIps: ["192.0.2.1"] });
  expect(preview).toMatchObject({ requests: 0, refused: 0, callers: [] });
});

test("estimates what a lower rate limit would have refused, minute by minute", async () => {
  await log(12, { secondsAgo: 60, agent: "busy/1" });
  await log(11, { secondsAgo: 180, agent: "busy/1" });
  await log(10, { secondsAgo: 300 });
  await log(50, { secondsAgo: 60, source: "introspection" });
  const preview = await previewLimits(actor, keyId, { rateLimitPerMinute: 10 });
  expect(preview).toMatchObject({
    requests: 83,
    refused: 3,
    isEstimate: true,
    callers: [{ userAgent: "busy/1", calls: 3 }],
  });
  expect(await previewLimits(actor, keyId, { rateLimitPerMinute: 100 })).toMatchObject({
    refused: 0,
    isEstimate: false,
  });
  // The server's limit, which is higher than the key's own.
  expect(await previewLimits(actor, keyId, { rateLimitPerMinute: null })).toMatchObject({ refused: 0 });
});

test("a request that the addresses refuse doesn't count toward the rate limit", async () => {
  await log(5, { ip: "198.51.100.4", secondsAgo: 60 });
  await log(5, { ip: "203.0.113.7", secondsAgo: 60 });
  const preview = await previewLimits(actor, keyId, {
    allowedIps: ["203.0.113.0/24"],
    rateLimitPerMinute: 5,
  });
  expect(preview).toMatchObject({ refused: 5, isEstimate: false });
});

test("names at most 20 callers, those with the most refused requests", async () => {
  for (let host = 1; host <= 25; host += 1)
    await log(host === 25 ? 2 : 1, { ip: `198.51.100.${host}`, secondsAgo: 60 + host });
  const preview = await previewLimits(actor, keyId, { allowedIps: ["203.0.113.7"] });
  expect(preview).toMatchObject({ refused: 26, callerCount: 25 });
  expect(preview.callers).toHaveLength(20);
  expect(preview.callers[0]).toMatchObject({ ip: "198.51.100.25", calls: 2 });
});

test("looks at the latest 100,000 requests, and says since when", async () => {
  await log(1, { ip: "198.51.100.4", secondsAgo: 90_000 });
  await log(100_000, { secondsAgo: 3600 });
  const preview = await previewLimits(actor, keyId, { allowedIps: ["203.0.113.7"] });
  expect(preview).toMatchObject({ requests: 100_000, refused: 0, since: expect.any(String) });
});

test("tells a member nothing about another member's key", async () => {
  const member = (await makeMember(made.workspace, "member")).actor;
  await expect(previewLimits(member, keyId, { allowedIps: ["203.0.113.7"] })).rejects.toMatchObject({
    code: "not_found",
  });
});

test("answers unavailable if the log can't be read in time", async () => {
  const client = await runtime().pool.connect();
  try {
    await client.query("BEGIN");
    await client.query("LOCK TABLE access_log.entries IN ACCESS EXCLUSIVE MODE");
    await expect(previewLimits(actor, keyId, { allowedIps: ["203.0.113.7"] })).rejects.toMatchObject({
      code: "unavailable",
    });
  } finally {
    await client.query("ROLLBACK");
    client.release();
  }
});
