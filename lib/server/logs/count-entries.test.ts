import { expect, test } from "vitest";
import type { LogCode } from "@/lib/contracts/access-logs";
import { wholeBars } from "@/lib/contracts/log-range";
import { entry, untilCopied, withWriter } from "@/tests/database/access-log-writer";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { runtime } from "../runtime";
import { countEntries } from "./count-entries";
import { listAccessLog } from "./list-access-log";
import type { LogFilter } from "./log-filter";
import { recordSignInAttempt } from "./record-sign-in-attempt";

useRuntime();

const only = <Value extends string>(...is: Value[]) => ({ is, not: [] });
const except = <Value extends string>(...not: Value[]) => ({ is: [], not });

async function makeLog() {
  const { actor, workspace } = await makeWorkspace();
  const keys = [(await makeKey(actor)).key, (await makeKey(actor, { environment: "staging" })).key] as const;
  const codes: LogCode[] = ["valid", "valid", "rate_limit_exceeded", "ip_not_allowed", "expired_key"];
  await withWriter(async (writer) => {
    for (let number = 0; number < 240; number += 1) {
      const code = codes[number % codes.length] as LogCode;
      await writer.append(
        entry({
          workspaceId: workspace.id,
          keyId: keys[number % 2]?.id,
          code,
          outcome: code === "valid" ? "allowed" : "denied",
          ip:
            number % 3 === 0
              ? `2001:db8:0:${number % 2}::${number % 9}`
              : `203.0.${number % 4}.${number % 200}`,
          userAgent: ["curl/8.5.0", "python-requests/2.32", null][number % 3] as string | null,
          method: number % 2 === 0 ? "GET" : "POST",
          path: ["/v1/files/7", "/v1/runs_100%", "/v2", null][number % 4] as string | null,
          source: number % 7 === 0 ? "verify" : "api",
          wouldDeny: code === "valid" && number % 10 === 0 ? "ip_not_allowed" : null,
          requestId: `count-${number}`,
        }),
      );
    }
    await untilCopied(writer);
  });
  return { workspace, keys, owner: actor };
}

async function listed(filter: LogFilter) {
  const { entries } = await listAccessLog({ ...filter, limit: 1000 });
  return {
    allowed: entries.filter(({ outcome }) => outcome === "allowed").length,
    denied: entries.filter(({ outcome }) => outcome === "denied").length,
  };
}

test("the chart, the facets and the list agree, for every filter and range", async () => {
  const { workspace, keys, owner } = await makeLog();
  const filters: Partial<LogFilter>[] = [
    {},
    { outcome: "allowed" },
    { outcome: "denied" },
    { key: only(keys[0].id) },
    { key: except(keys[0].id) },
    { code: only("ip_not_allowed") },
    { code: only("valid", "ip_not_allowed") },
    { code: except("valid", "expired_key") },
    { source: only("verify") },
    { environment: only("staging") },
    { owner: only(owner.userId) },
    { owner: except(owner.userId) },
    { ownerId: owner.userId },
    { ownerId: "usr_other" },
    { method: only("GET") },
    { client: only("curl", "") },
    { client: except("curl") },
    { route: only("/v1/files") },
    { path: only("/v1/runs_1") },
    { path: only("/v1/runs-1") },
    { path: only("/v1/runs_100%") },
    { path: except("/v1") },
    { ip: only("203.0.1.0/24", "2001:db8::/32") },
    { ip: except("203.0.1.0/24") },
    { ip: only("203.0.1.9") },
    { caller: only("203.0.1.0/24 curl", "2001:db8::/64 ") },
    { caller: except("203.0.1.0/24 curl", " curl") },
    { caller: only("203.0.1.9 python-requests") },
    { requestId: "count-7" },
    { code: only("valid"), method: only("POST"), client: only("python-requests"), ip: only("203.0.0.0/16") },
  ];
  const hour = 3_600_000;
  const totals = new Set<number>();
  for (const filter of filters)
    for (const long of [hour / 4, hour, 24 * hour, 30 * 24 * hour, 365 * 24 * hour]) {
      // One range ends before the current minute, and so may leave entries out.
      const end = long === hour ? Math.floor(Date.now() / 60_000) * 60_000 : Date.now() + 1000;
      const range = wholeBars(end - long, end);
      const asked = {
        ...{ workspaceId: workspace.id, ownerId: null, signInsOf: [], view: "keys" as const },
        ...filter,
        from: new Date(range.from).toISOString(),
        before: new Date(range.to).toISOString(),
      };
      const overview = await countEntries(asked);
      const name = `${JSON.stringify(filter)} over ${long / hour} hours`;
      expect(overview.total, name).toEqual(await listed(asked));
      const sum = (counts: { allowed: number; denied: number }[]) =>
        counts.reduce((all, { allowed, denied }) => all + allowed + denied, 0);
      const total = sum([overview.total]);
      totals.add(total);
      expect(sum(overview.bars), name).toBe(total);
      expect(sum(overview.facets.keys), name).toBe(total);
      expect(sum(overview.facets.codes), name).toBe(total);
      expect(overview.bars.length).toBeLessThanOrEqual(101);
      expect({ from: Date.parse(overview.from), to: Date.parse(overview.to) }).toEqual({
        from: range.from,
        to: range.to,
      });
    }
  expect(totals.size).toBeGreaterThan(8);
});

test("the counts equal a full count of the log", async () => {
  const { workspace } = await makeLog();
  const { pool } = runtime();
  for (const span of ["minute", "hour", "day"]) {
    const { rows: counted } = await pool.query(
      `SELECT start, key_id, code, would_deny, source, count FROM access_log.key_counts
       WHERE workspace_id = $1 AND span = $2 ORDER BY 1, 2, 3, 4, 5`,
      [workspace.id, span],
    );
    const { rows: recounted } = await pool.query(
      `SELECT date_trunc($2, at, 'UTC') AS start, key_id, code, coalesce(would_deny, '') AS would_deny, source, count(*) AS count
       FROM access_log.entries WHERE workspace_id = $1 GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5`,
      [workspace.id, span],
    );
    expect(counted).toEqual(recounted);
    const { rows: callers } = await pool.query(
      `SELECT c.key_id, c.client, c.method, c.route, b.code, sum(b.count)::int AS count FROM access_log.caller_counts b
       JOIN access_log.callers c ON c.id = b.caller WHERE b.workspace_id = $1 AND b.span = $2 GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5`,
      [workspace.id, span],
    );
    const { rows: called } = await pool.query(
      `SELECT key_id, coalesce(client, '') AS client, method, coalesce(route, '') AS route, code, count(*)::int AS count
       FROM access_log.entries WHERE workspace_id = $1 GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5`,
      [workspace.id],
    );
    expect(callers).toEqual(called);
  }
});

test("sign-ins are counted with each refused attempt", async () => {
  const { actor, workspace } = await makeWorkspace();
  const user = { id: actor.userId };
  const origin = { ip: "203.0.113.7", userAgent: "test", requestId: null };
  await recordSignInAttempt(user, "signed_in", origin);
  for (let attempt = 0; attempt < 3; attempt += 1)
    await recordSignInAttempt(user, "incorrect_credentials", origin);
  const range = wholeBars(Date.now() - 3_600_000, Date.now() + 1000);
  const { total, bars, facets } = await countEntries({
    ...{ workspaceId: workspace.id, ownerId: null, signInsOf: [user.id], view: "sign-ins" as const },
    from: new Date(range.from).toISOString(),
    before: new Date(range.to).toISOString(),
  });
  expect(total).toEqual({ allowed: 1, denied: 3 });
  expect(bars.reduce((sum, bar) => sum + (bar.codes.incorrect_credentials ?? 0), 0)).toBe(3);
  expect(facets.codes.map(({ value }) => value)).toEqual(["incorrect_credentials", "signed_in"]);
  expect(facets.callers).toEqual([{ ip: "203.0.113.7", client: "", allowed: 1, denied: 3 }]);
});
