import type { Database } from "./bench-database";

/** What is in a filled log, for the arithmetic of larger ones. */
export type LogSize = {
  rows: number;
  seconds: number;
  entriesBytes: number;
  countsBytes: number;
  /** Rows of the counts by key, by caller and of the workspace. */
  counts: Record<"minute" | "hour" | "day", { keys: number; callers: number; workspaces: number }>;
};

export const logKeys = 200;
export const logDays = 30;
const dayMs = 86_400_000;

/**
 * Fills the log with requests of the last 30 days by 200 keys, and counts them as the drain would have (record 031). The busiest key has
 * a sixth of all requests. A key is used through one of two sources, from one to four address blocks, each with a client of its own, on
 * six routes. Of 20,000
 * requests 1,200 are denied, one of them because the key is disabled. Each day's partition is filled first and attached then, which
 * builds its indexes at once.
 */
export async function fillLog(
  database: Database,
  { workspaceId, rows }: { workspaceId: string; rows: number },
): Promise<LogSize> {
  const started = performance.now();
  const { query } = database;
  await query("SET maintenance_work_mem = '512MB'; SET work_mem = '256MB'; SET synchronous_commit = off");
  const end = Date.now();
  const start = end - logDays * dayMs;
  const numberAt = (moment: number) => Math.ceil(((moment - start) / (logDays * dayMs)) * rows);
  for (let day = Math.floor(start / dayMs) * dayMs; day < end; day += dayMs)
    await fillDay(database, workspaceId, {
      day,
      first: Math.max(0, numberAt(day)),
      last: Math.min(rows, numberAt(day + dayMs)) - 1,
      start,
      step: (logDays * dayMs) / rows,
    });
  await countLog(database);
  await query("UPDATE access_log.callers_counted_since SET at = '2000-01-01'");
  for (const table of ["entries", "callers", "key_counts", "caller_counts", "workspace_counts"])
    await query(`VACUUM ANALYZE access_log.${table}`);
  return { rows, seconds: (performance.now() - started) / 1000, ...(await sizeOf(database)) };
}

async function fillDay(
  { query }: Database,
  workspaceId: string,
  { day, first, last, start, step }: Record<"day" | "first" | "last" | "start" | "step", number>,
): Promise<void> {
  const at = new Date(day).toISOString();
  const partition = `access_log.entries_${at.slice(0, 10).replaceAll("-", "")}`;
  await query(`DROP TABLE IF EXISTS ${partition}`);
  await query(`CREATE TABLE ${partition} (LIKE access_log.entries INCLUDING DEFAULTS INCLUDING CONSTRAINTS)`);
  await query(
    `INSERT INTO ${partition} (at, writer, seq, kind, request_id, workspace_id, key_id, source, method, path, outcome, status, code, ip,
       user_agent, client, route)
     SELECT to_timestamp(($4::float8 + n * $5::float8) / 1000), '00000000-0000-4000-8000-000000000000', n + 1, 'decision', 'bench_' || n,
       $1, 'key_' || to_char(k + 1, 'FM00000000000000000000000000'), CASE WHEN k % 10 < 7 THEN 'forward_auth' ELSE 'verify' END,
       (ARRAY['GET', 'GET', 'POST'])[r % 3 + 1], route || '/' || (r / 7) % 100000, CASE WHEN code = 'valid' THEN 'allowed' ELSE 'denied' END,
       CASE code WHEN 'valid' THEN 200 WHEN 'rate_limit_exceeded' THEN 429 WHEN 'quota_exceeded' THEN 429 WHEN 'expired_key' THEN 401
         ELSE 403 END,
       code, ('203.' || k || '.' || caller * 16 || '.' || (r / 11) % 250)::inet, client || '/1.' || r % 3, client, route
     FROM (
       SELECT *, '/v1/' || (ARRAY['files', 'runs', 'models', 'users', 'jobs', 'events'])[r % 6 + 1] || k % 5 AS route,
         r % (1 + k % 4) AS caller, (ARRAY['python-requests', 'curl', 'okhttp', 'node'])[r % (1 + k % 4) + 1] AS client,
         CASE WHEN d < 1 THEN 'disabled_key' WHEN d < 20 THEN 'quota_exceeded' WHEN d < 120 THEN 'expired_key'
           WHEN d < 300 THEN 'insufficient_permissions' WHEN d < 600 THEN 'ip_not_allowed' WHEN d < 1200 THEN 'rate_limit_exceeded'
           ELSE 'valid' END AS code
       FROM (
         SELECT n, floor(${logKeys} * power((hashint8(n) & 1048575) / 1048576.0, 3))::int AS k, hashint8(n + 1000000000) & 1073741823 AS r,
           (hashint8(n + 2000000000) & 1073741823) % 20000 AS d
         FROM generate_series($2::bigint, $3::bigint) AS n
       ) AS drawn
     ) AS chosen`,
    [workspaceId, first, last, start, step],
  );
  await query(
    `ALTER TABLE access_log.entries ATTACH PARTITION ${partition} FOR VALUES FROM ('${at}') TO ('${new Date(day + dayMs).toISOString()}')`,
  );
}

/** Days are summed from hours. Minutes are kept for eight days. In the order of time, as a drain writes them. */
async function countLog({ query }: Database): Promise<void> {
  await query(
    "TRUNCATE access_log.callers, access_log.key_counts, access_log.caller_counts, access_log.workspace_counts",
  );
  await query(
    `INSERT INTO access_log.callers (key_id, address, client, method, route, first_at, last_at, last_ip, allowed, denied)
     SELECT key_id, network(set_masklen(ip, 24))::text, client, method, route, min(at), max(at), max(ip),
       count(*) FILTER (WHERE outcome = 'allowed'), count(*) FILTER (WHERE outcome = 'denied')
     FROM access_log.entries GROUP BY 1, 2, 3, 4, 5`,
  );
  const counted = (span: string, since: string) =>
    `INSERT INTO access_log.caller_counts (span, start, caller, workspace_id, code, would_deny, source, count)
     SELECT '${span}', date_trunc('${span}', at, 'UTC'), c.id, workspace_id, code, '', source, count(*)
     FROM access_log.entries e JOIN access_log.callers c ON (c.key_id, c.address, c.client, c.method, c.route)
       = (e.key_id, network(set_masklen(e.ip, 24))::text, e.client, e.method, e.route)
     WHERE at >= ${since} GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 2`;
  await query(counted("minute", "date_trunc('minute', now() - interval '8 days')"));
  await query(counted("hour", "'-infinity'"));
  await query(
    `INSERT INTO access_log.caller_counts (span, start, caller, workspace_id, code, would_deny, source, count)
     SELECT 'day', date_trunc('day', start, 'UTC'), caller, workspace_id, code, '', source, sum(count)
     FROM access_log.caller_counts WHERE span = 'hour' GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 2`,
  );
  await query(
    `INSERT INTO access_log.key_counts (span, start, key_id, workspace_id, code, would_deny, source, count)
     SELECT span, start, key_id, workspace_id, code, '', source, sum(count)
     FROM access_log.caller_counts JOIN access_log.callers c ON c.id = caller GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 2`,
  );
  await query(
    `INSERT INTO access_log.workspace_counts (span, start, workspace_id, kind, address, client, route, code, would_deny, source, count)
     SELECT b.span, b.start, b.workspace_id, kind, CASE kind WHEN 'caller' THEN c.address ELSE '' END,
       CASE kind WHEN 'caller' THEN c.client ELSE '' END, CASE kind WHEN 'route' THEN c.route ELSE '' END, b.code, '', b.source, sum(b.count)
     FROM access_log.caller_counts b JOIN access_log.callers c ON c.id = b.caller, unnest(ARRAY['all', 'route', 'caller']) AS kind
     WHERE kind = 'all' OR b.span <> 'minute' GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 ORDER BY start`,
  );
}

async function sizeOf({ query }: Database): Promise<Omit<LogSize, "rows" | "seconds">> {
  const bytesOf = async (pattern: string) => {
    const [row] = await query<{ bytes: string }>(
      `SELECT sum(pg_total_relation_size(oid)) AS bytes FROM pg_class
       WHERE relnamespace = 'access_log'::regnamespace AND relkind = 'r' AND relname ~ $1`,
      [pattern],
    );
    return Number(row?.bytes);
  };
  const counts = {} as LogSize["counts"];
  for (const span of ["minute", "hour", "day"] as const) {
    const [row] = await query<LogSize["counts"]["minute"]>(
      `SELECT (SELECT count(*)::int FROM access_log.key_counts WHERE span = $1) AS keys,
         (SELECT count(*)::int FROM access_log.caller_counts WHERE span = $1) AS callers,
         (SELECT count(*)::int FROM access_log.workspace_counts WHERE span = $1) AS workspaces`,
      [span],
    );
    if (row) counts[span] = row;
  }
  return {
    entriesBytes: await bytesOf("^entries_"),
    countsBytes: await bytesOf("^(key|caller|workspace)_counts_"),
    counts,
  };
}
