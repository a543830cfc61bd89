import { expect, test } from "vitest";
import type { AccessLogPage } from "@/lib/contracts/access-logs";
import { deleteOldRefusedSignIns } from "@/lib/server/logs/count-refused-sign-in";
import { db, runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeMember, makeSessionCookie, makeWorkspace, password } from "@/tests/factories/factories";
import { refusedSignInsOf } from "@/tests/factories/refused-sign-ins";
import { callConsole } from "@/tests/processes/console-routes";

useRuntime();

function tryToSignIn(email: string, ip: string): Promise<unknown> {
  const headers = { "x-keyward-client-ip": ip, "user-agent": "guesser" };
  return callConsole("POST", "/api/sign-in", { body: { email, password: "not the right one" }, headers });
}

async function readLog(slug: string, cookie: string, query = ""): Promise<AccessLogPage> {
  const path = `/api/workspaces/${slug}/access-logs?view=sign-ins${query.replace("?", "&")}`;
  return (await callConsole("GET", path, { cookie })).json as AccessLogPage;
}

const sum = (counts: number[]) => counts.reduce((total, count) => total + count, 0);

test("S69 400 failed sign-ins on a member's account are one entry per address block, with their count", async () => {
  const { workspace, owner } = await makeWorkspace();
  const { user } = await makeMember(workspace, "member");
  const blocks = ["198.51.100", "2001:db8:0:1:"];
  for (let attempt = 0; attempt < 200; attempt += 10)
    await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        blocks.map((block) =>
          tryToSignIn(
            user.email,
            block.includes(":") ? `${block}:${attempt + index}` : `${block}.${attempt + index}`,
          ),
        ),
      ).flat(),
    );
  const rows = await refusedSignInsOf(user.id);
  expect(sum(rows.map(({ attempts }) => attempts))).toBe(400);
  // A window may end in between.
  expect(rows.length).toBeLessThanOrEqual(2 * blocks.length);
  expect(await db().$queryRaw`SELECT 1 FROM access_log.entries WHERE user_id = ${user.id}`).toEqual([]);

  const cookie = await makeSessionCookie(owner);
  const { entries } = await readLog(workspace.slug, cookie);
  const refused = entries.filter((entry) => entry.user?.id === user.id);
  expect(refused).toHaveLength(rows.length);
  expect(sum(refused.map(({ attempts }) => attempts?.count ?? 0))).toBe(400);
  for (const { at, attempts, ...entry } of refused) {
    expect(entry).toMatchObject({
      outcome: "denied",
      source: "console",
      status: 429,
      code: "too_many_attempts",
    });
    expect(Date.parse(attempts?.lastAt ?? "")).toBeGreaterThanOrEqual(Date.parse(at));
  }
  expect(refused.flatMap(({ attempts }) => attempts?.codes)).toContain("incorrect_credentials");
});

test("S69 failed sign-ins without an account are counted too, but appear in no workspace's log", async () => {
  const before = await runtime().pool.query("SELECT 1 FROM access_log.refused_sign_ins WHERE user_id = ''");
  for (let attempt = 0; attempt < 12; attempt += 1)
    await tryToSignIn(`nobody-${attempt}@example.test`, `192.0.2.${attempt}`);
  const { rows } = await runtime().pool.query<{ attempts: number }>(
    "SELECT attempts::int FROM access_log.refused_sign_ins WHERE user_id = '' AND block = '192.0.2.0/24'",
  );
  expect(before.rows.length + rows.length).toBeLessThanOrEqual(before.rows.length + 2);
  expect(sum(rows.map(({ attempts }) => attempts))).toBe(12);
});

test("counted attempts are paged and filtered like other entries", async () => {
  const { workspace, owner } = await makeWorkspace();
  const cookie = await makeSessionCookie(owner);
  const signIn = () => callConsole("POST", "/api/sign-in", { body: { email: owner.email, password } });
  await signIn();
  for (const ip of ["203.0.113.9", "198.51.100.9", "2001:db8::9"]) await tryToSignIn(owner.email, ip);
  await signIn();
  const all = (await readLog(workspace.slug, cookie)).entries;
  expect(all.map(({ outcome }) => outcome).toSorted()).toEqual([
    "allowed",
    "allowed",
    "denied",
    "denied",
    "denied",
  ]);

  const paged: string[] = [];
  let cursor: string | null = null;
  do {
    const page: AccessLogPage = await readLog(
      workspace.slug,
      cookie,
      `?limit=1${cursor ? `&cursor=${cursor}` : ""}`,
    );
    paged.push(...page.entries.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor);
  expect(paged).toEqual(all.map(({ id }) => id));

  const count = async (query: string) => (await readLog(workspace.slug, cookie, query)).entries.length;
  expect(await count("?outcome=denied")).toBe(3);
  expect(await count("?outcome=allowed")).toBe(2);
  expect(await count("?code=incorrect_credentials")).toBe(3);
  expect(await count("?code=signed_in")).toBe(2);
  expect(await count("?ip=2001:db8::/32")).toBe(1);
  expect(await count("?ip=198.51.100.9")).toBe(1);
  expect(await count(`?to=${new Date(Date.now() - 3_600_000).toISOString()}`)).toBe(0);
});

test("counted attempts are kept as long as the log", async () => {
  const { owner } = await makeWorkspace();
  await tryToSignIn(owner.email, "203.0.113.77");
  await deleteOldRefusedSignIns();
  expect(await refusedSignInsOf(owner.id)).toHaveLength(1);
  await db()
    .$executeRaw`UPDATE access_log.refused_sign_ins SET first_at = now() - interval '91 days' WHERE user_id = ${owner.id}`;
  await deleteOldRefusedSignIns();
  expect(await refusedSignInsOf(owner.id)).toEqual([]);
});
