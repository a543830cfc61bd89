import { mostCallers } from "../log/caller";
import type { Tally } from "../log/tally";
import type { ClientBase } from "./client";

/**
 * Updates last uses and hourly counts, which are kept apart from the log so that lists of keys don't read it. Rows are locked in
 * a fixed order to avoid deadlocks.
 */
export async function countUses(client: ClientBase, tally: Tally): Promise<void> {
  const uses = tally.hourlyUses();
  if (uses.length === 0) return;
  await client.query({
    text: countStatement,
    values: [JSON.stringify(uses), JSON.stringify(tally.lastUses())],
  });
  await client.query({
    text: callersStatement,
    values: [JSON.stringify(tally.callerUses()), mostCallers],
  });
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

const countStatement = `
  WITH last_use AS (
    INSERT INTO access_log.last_uses AS l (key_id, at, ip, user_agent)
    SELECT "keyId", at, ip, "userAgent" FROM json_to_recordset($2) AS e ("keyId" text, at timestamptz, ip inet, "userAgent" text)
    WHERE EXISTS (SELECT FROM api_keys k WHERE k.id = "keyId") ORDER BY 1
    ON CONFLICT (key_id) DO UPDATE SET at = excluded.at, ip = excluded.ip, user_agent = excluded.user_agent WHERE l.at < excluded.at
  )
  INSERT INTO access_log.hourly_uses AS h (key_id, hour, workspace_id, allowed, denied)
  SELECT "keyId", hour, "workspaceId", allowed, denied
  FROM json_to_recordset($1) AS u ("keyId" text, hour timestamptz, "workspaceId" text, allowed bigint, denied bigint) ORDER BY 1, 2
  ON CONFLICT (key_id, hour) DO UPDATE SET allowed = h.allowed + excluded.allowed, denied = h.denied + excluded.denied`;

/**
 * A caller beyond the most that a key may have is counted with the others. Runs after the hourly counts, whose row makes two drains
 * of a key wait for each other, so that both don't add the last one.
 */
const callersStatement = `
  WITH given AS (
    SELECT u.* FROM json_to_recordset($1) AS u ("keyId" text, address text, client text, method text, route text,
      "firstAt" timestamptz, "lastAt" timestamptz, ip inet, allowed bigint, denied bigint)
    WHERE EXISTS (SELECT FROM api_keys k WHERE k.id = u."keyId")
  ), placed AS (
    SELECT g.*, c.key_id IS NOT NULL OR g.address = '*' OR $2 >
      (SELECT count(*) FROM access_log.callers k WHERE k.key_id = g."keyId" AND k.address <> '*') - 1
      + row_number() OVER (PARTITION BY g."keyId", c.key_id IS NOT NULL ORDER BY g."firstAt") AS own
    FROM given g LEFT JOIN access_log.callers c
      ON (c.key_id, c.address, c.client, c.method, c.route) = (g."keyId", g.address, g.client, g.method, g.route)
  )
  INSERT INTO access_log.callers AS c (key_id, address, client, method, route, first_at, last_at, last_ip, allowed, denied)
  SELECT "keyId", CASE WHEN own THEN address ELSE '*' END, CASE WHEN own THEN client ELSE '' END,
    CASE WHEN own THEN method ELSE '' END, CASE WHEN own THEN route ELSE '' END,
    min("firstAt"), max("lastAt"), (array_agg(ip ORDER BY "lastAt" DESC))[1], sum(allowed), sum(denied)
  FROM placed GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
  ON CONFLICT (key_id, address, client, method, route) DO UPDATE SET
    first_at = least(c.first_at, excluded.first_at),
    last_at = greatest(c.last_at, excluded.last_at),
    last_ip = CASE WHEN excluded.last_at >= c.last_at THEN excluded.last_ip ELSE c.last_ip END,
    allowed = c.allowed + excluded.allowed, denied = c.denied + excluded.denied`;
