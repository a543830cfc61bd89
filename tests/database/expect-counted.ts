import { expect } from "vitest";
import { runtime } from "@/lib/server/runtime";

type Difference = { kind: string; span: string; keyId: string; counted: number; logged: number };

/**
 * Asserts that the counts by key and by caller, in each span, are those of the log's entries, counted one by one, and that those of
 * workspaces are their sums. Of all keys if none is given. @returns How many entries were counted.
 */
export async function expectCounted(keyIds: string[] | null = null): Promise<number> {
  // In one statement, so that entries that are being copied are in all of them or in none.
  const { rows } = await runtime().pool.query<Difference>(
    `WITH counted AS (
       SELECT 'key' AS kind, span, key_id, start, code, would_deny, source, count FROM access_log.key_counts
       UNION ALL
       SELECT 'caller', span, c.key_id, start, code, would_deny, source, sum(count) FROM access_log.caller_counts
       JOIN access_log.callers c ON c.id = caller GROUP BY 1, 2, 3, 4, 5, 6, 7
     ), logged AS (
       SELECT kinds.kind, span, key_id, date_trunc(span, at, 'UTC') AS start, code, coalesce(would_deny, '') AS would_deny, source,
         count(*) AS count
       FROM access_log.entries, unnest(ARRAY['key', 'caller']) AS kinds (kind), unnest(ARRAY['minute', 'hour', 'day']) AS span
       WHERE key_id IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6, 7
     )
     SELECT kind, span, key_id AS "keyId", coalesce(sum(c.count), 0)::int AS counted, coalesce(sum(l.count), 0)::int AS logged
     FROM counted c FULL JOIN logged l USING (kind, span, key_id, start, code, would_deny, source)
     WHERE ($1::text[] IS NULL OR key_id = ANY($1))
     GROUP BY kind, span, key_id, (c.count IS DISTINCT FROM l.count)`,
    [keyIds],
  );
  expect(rows.filter(({ counted, logged }) => counted !== logged)).toEqual([]);
  const { rows: drifted } = await runtime().pool.query(
    `WITH summed AS (
       SELECT span, start, workspace_id, 'all' AS kind, '' AS address, '' AS client, '' AS route, code, would_deny, source, count
       FROM access_log.key_counts
       UNION ALL
       SELECT b.span, b.start, b.workspace_id, 'route', '', '', c.route, b.code, b.would_deny, b.source, b.count
       FROM access_log.caller_counts b JOIN access_log.callers c ON c.id = b.caller WHERE c.address <> '*' AND b.span <> 'minute'
       UNION ALL
       SELECT b.span, b.start, b.workspace_id, 'caller', c.address, c.client, '', b.code, b.would_deny, b.source, b.count
       FROM access_log.caller_counts b JOIN access_log.callers c ON c.id = b.caller WHERE c.address <> '*' AND b.span <> 'minute'
     ), grouped AS (
       SELECT span, start, workspace_id, kind, address, client, route, code, would_deny, source, sum(count) AS count
       FROM summed GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
     )
     SELECT * FROM access_log.workspace_counts w
     FULL JOIN grouped g USING (span, start, workspace_id, kind, address, client, route, code, would_deny, source)
     WHERE w.count IS DISTINCT FROM g.count
       AND ($1::text[] IS NULL OR workspace_id IN (SELECT workspace_id FROM access_log.key_counts WHERE key_id = ANY($1)))`,
    [keyIds],
  );
  expect(drifted).toEqual([]);
  const { rows: callers } = await runtime().pool.query<{ requests: number }>(
    `SELECT coalesce(sum(allowed + denied), 0)::int AS requests FROM access_log.callers
     WHERE $1::text[] IS NULL OR key_id = ANY($1)`,
    [keyIds],
  );
  const days = rows.filter(({ kind, span }) => kind === "caller" && span === "day");
  const entries = days.reduce((sum, { logged }) => sum + logged, 0);
  expect(callers).toEqual([{ requests: entries }]);
  return entries;
}
