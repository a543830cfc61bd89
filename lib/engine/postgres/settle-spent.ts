import type { ClientBase } from "./client";

/**
 * Adds what drained entries of the access log took of their blocks, in the transaction that drains them: an entry and what it
 * took are counted together or not at all, and once. What a dead process held and no entry took goes back by it.
 * @param spent Amounts by block, as the decisions told them.
 */
export async function settleSpent(client: ClientBase, spent: Map<string, number>): Promise<void> {
  if (spent.size === 0) return;
  // In one order, so that two drains cannot wait for each other.
  const blocks = [...spent].sort(([one], [other]) => Number(one) - Number(other));
  await client.query({
    text: `INSERT INTO quotas.drained AS d (block, amount) SELECT * FROM unnest($1::bigint[], $2::bigint[])
      ON CONFLICT (block) DO UPDATE SET amount = d.amount + excluded.amount`,
    values: [blocks.map(([block]) => block), blocks.map(([, amount]) => amount)],
  });
}
