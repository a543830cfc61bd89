import { mostCallers } from "../log/caller";
import type { Tally } from "../log/tally";
import type { ClientBase } from "./client";

/**
 * Updates last uses, and the counts by key, by caller and of workspaces, which are kept apart from the log so that lists and charts don't read it.
 * Rows are locked in a fixed order to avoid deadlocks.
 */
export async function countUses(client: ClientBase, tally: Tally): Promise<void> {
  if (tally.isEmpty) return;
  const keyCounts = JSON.stringify(tally.keyCounts());
  const callerUses = JSON.stringify(tally.callerUses());
  await client.query({ text: keysStatement, values: [keyCounts, JSON.stringify(tally.lastUses())] });
  await client.query({ text: callersStatement, values: [callerUses, mostCallers] });
  // Last, because drains of a workspace wait for each other's rows here.
  await client.query({ text: workspacesStatement, values: [keyCounts, callerUses] });
  await countBlockUses(client, tally.spent);
}

/**
 * Adds what the drained entries took from quota blocks, in the transaction that drains them, so that each entry counts exactly
 * once. What a dead process held beyond that can then be reclaimed.
 * @param spent Amounts by block.
 */
async function countBlockUses(client: ClientBase, spent: Map<string, number>): Promise<void> {
  if (spent.size === 0) return;
  // In a fixed order, to avoid deadlocks between drains.
  const blocks = [...spent].sort(([one], [other]) => Number(one) - Number(other));
  await client.query({
    text: `INSERT INTO quotas.drained AS d (block, amount) SELECT * FROM unnest($1::bigint[], $2::bigint[])
      ON CONFLICT (block) DO UPDATE SET amount = d.amount + excluded.amount`,
    values: [blocks.map(([block]) => block), blocks.map(([, amount]) => amount)],
  });
}

const spans = "unnest(ARRAY['minute', 'hour', 'day'])";

const keysStatement = `
  WITH last_use AS (
    INSERT INTO access_log.last_uses AS l (key_id, at, ip, user_agent)
    SELECT "keyId", at, ip, "userAgent" FROM json_to_recordset($2) AS e ("keyId" text, at timestamptz, ip inet, "userAgent" text)
    WHERE EXISTS (SELECT FROM api_keys k WHERE k.id = "keyId") ORDER BY 1
    ON CONFLICT (key_id) DO UPDATE SET at = excluded.at, ip = excluded.ip, user_agent = excluded.user_agent WHERE l.at < excluded.at
  )
  INSERT INTO access_log.key_counts AS c (span, start, key_id, workspace_id, code, would_deny, source, count)
  SELECT span, date_trunc(span, minute, 'UTC') AS start, "keyId", "workspaceId", code, "wouldDeny", source, sum(count)
  FROM json_to_recordset($1) AS u ("keyId" text, "workspaceId" text, minute timestamptz, code text, "wouldDeny" text, source text,
    count bigint), ${spans} AS span
  GROUP BY span, start, "keyId", "workspaceId", code, "wouldDeny", source ORDER BY "keyId", span, start, code, "wouldDeny", source
  ON CONFLICT (key_id, start, code, would_deny, source, span) DO UPDATE SET count = c.count + excluded.count`;

/**
 * A caller beyond the most that a key may have is counted with the others. Runs after the counts by key, whose rows make two drains
 * of a key wait for each other, so that both don't add the last one. Only drains that share no outcome of a key don't wait: then a
 * key may get a few more.
 */
const callersStatement = `
  WITH given AS (
    SELECT u.* FROM json_to_recordset($1) AS u ("keyId" text, "workspaceId" text, address text, client text, method text, route text,
      "firstAt" timestamptz, "lastAt" timestamptz, ip inet, allowed bigint, denied bigint, counts json)
    WHERE EXISTS (SELECT FROM api_keys k WHERE k.id = u."keyId")
  ), found AS (
    SELECT g.*, c.key_id IS NOT NULL OR g.address = '*' OR $2 >
      (SELECT count(*) FROM access_log.callers k WHERE k.key_id = g."keyId" AND k.address <> '*') - 1
      + row_number() OVER (PARTITION BY g."keyId", c.key_id IS NOT NULL ORDER BY g."firstAt") AS own
    FROM given g LEFT JOIN access_log.callers c
      ON (c.key_id, c.address, c.client, c.method, c.route) = (g."keyId", g.address, g.client, g.method, g.route)
  ), placed AS (
    SELECT "keyId" AS key_id, "workspaceId" AS workspace_id, CASE WHEN own THEN address ELSE '*' END AS address,
      CASE WHEN own THEN client ELSE '' END AS client, CASE WHEN own THEN method ELSE '' END AS method,
      CASE WHEN own THEN route ELSE '' END AS route, "firstAt", "lastAt", ip, allowed, denied, counts
    FROM found
  ), stored AS (
    INSERT INTO access_log.callers AS c (key_id, address, client, method, route, first_at, last_at, last_ip, allowed, denied)
    SELECT key_id, address, client, method, route,
      min("firstAt"), max("lastAt"), (array_agg(ip ORDER BY "lastAt" DESC))[1], sum(allowed), sum(denied)
    FROM placed GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
    ON CONFLICT (key_id, address, client, method, route) DO UPDATE SET
      first_at = least(c.first_at, excluded.first_at),
      last_at = greatest(c.last_at, excluded.last_at),
      last_ip = CASE WHEN excluded.last_at >= c.last_at THEN excluded.last_ip ELSE c.last_ip END,
      allowed = c.allowed + excluded.allowed, denied = c.denied + excluded.denied
    RETURNING id, key_id, address, client, method, route
  )
  INSERT INTO access_log.caller_counts AS c (span, start, caller, workspace_id, code, would_deny, source, count)
  SELECT span, date_trunc(span, n.minute, 'UTC') AS start, id, workspace_id, n.code, n."wouldDeny", n.source, sum(n.count)
  FROM placed JOIN stored USING (key_id, address, client, method, route),
    json_to_recordset(counts) AS n (minute timestamptz, code text, "wouldDeny" text, source text, count bigint), ${spans} AS span
  GROUP BY span, start, id, workspace_id, n.code, n."wouldDeny", n.source ORDER BY id, span, start, n.code, n."wouldDeny", n.source
  ON CONFLICT (caller, start, code, would_deny, source, span) DO UPDATE SET count = c.count + excluded.count`;

/** Callers that are counted with others of their key have no row of their own, and so no route here: routes can't grow without bounds. */
const workspacesStatement = `
  WITH counted AS (
    SELECT "workspaceId", 'all' AS kind, '' AS address, '' AS client, '' AS route, minute, code, "wouldDeny", source, count
    FROM json_to_recordset($1) AS u ("workspaceId" text, minute timestamptz, code text, "wouldDeny" text, source text, count bigint)
    UNION ALL
    SELECT "workspaceId", kind, CASE kind WHEN 'caller' THEN c.address ELSE '' END, CASE kind WHEN 'caller' THEN c.client ELSE '' END,
      CASE kind WHEN 'route' THEN c.route ELSE '' END, n.minute, n.code, n."wouldDeny", n.source, n.count
    FROM json_to_recordset($2) AS u ("keyId" text, "workspaceId" text, address text, client text, method text, route text, counts json)
    JOIN access_log.callers c
      ON (c.key_id, c.address, c.client, c.method, c.route) = (u."keyId", u.address, u.client, u.method, u.route),
      json_to_recordset(counts) AS n (minute timestamptz, code text, "wouldDeny" text, source text, count bigint),
      unnest(ARRAY['route', 'caller']) AS kind
    WHERE c.address <> '*' AND EXISTS (SELECT FROM api_keys k WHERE k.id = u."keyId")
  )
  INSERT INTO access_log.workspace_counts AS c (span, start, workspace_id, kind, address, client, route, code, would_deny, source, count)
  SELECT span, date_trunc(span, minute, 'UTC') AS start, "workspaceId", kind, address, client, route, code, "wouldDeny", source, sum(count)
  FROM counted, ${spans} AS span WHERE kind = 'all' OR span <> 'minute' GROUP BY span, start, "workspaceId", kind, address, client, route, code, "wouldDeny", source
  ORDER BY "workspaceId", kind, span, start, address, client, route, code, "wouldDeny", source
  ON CONFLICT (workspace_id, kind, start, address, client, route, code, would_deny, source, span)
    DO UPDATE SET count = c.count + excluded.count`;
