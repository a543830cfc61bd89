import { type BlockAccount, type Given, type Wanted, whatToAsk } from "../quotas/block-account";
import type { Pool } from "./client";

/** Longest a decision waits for its quota before it is 503. */
const timeoutMilliseconds = 2000;

export type Asked = { account: BlockAccount; costs: number[] };
type Row = Omit<Given, "block"> & { number: number; block: number };

const nothing: Wanted = { least: 0, needed: 0, wished: 0 };

/**
 * Asks for more of each account, in one statement.
 * @param word Greater than that of every statement this holder sent before: what is overtaken is void.
 * @returns What was given, by account. Where the workspace is gone, its accounts are missing.
 */
export async function askForBlocks(
  pool: Pool,
  holder: string,
  word: number,
  asked: Asked[],
  databaseMs: number,
): Promise<Map<BlockAccount, Given>> {
  const items = asked.flatMap(({ account, costs }) => {
    const wanted = whatToAsk(account, costs, databaseMs);
    return wanted ? [{ account, wanted }] : [];
  });
  return take(pool, holder, word, items);
}

/** Asks for nothing: says how the accounts stand, and learns which blocks they have. What was given unnoticed goes back by it. */
export function findBlocks(
  pool: Pool,
  holder: string,
  word: number,
  accounts: BlockAccount[],
): Promise<Map<BlockAccount, Given>> {
  return take(
    pool,
    holder,
    word,
    accounts.map((account) => ({ account, wanted: nothing })),
  );
}

/** Says what is kept of each block and used of it. @returns The blocks that are still this holder's. */
export async function reportBlocks(pool: Pool, word: number, accounts: BlockAccount[]): Promise<Set<string>> {
  const { rows } = await pool.query<{ report: number }>({
    text: "SELECT report FROM quotas.report($1, $2, $3, $4)",
    values: [
      word,
      accounts.map(({ block }) => block),
      accounts.map(({ granted }) => granted),
      accounts.map(({ used }) => used),
    ],
    query_timeout: timeoutMilliseconds,
  } as never);
  return new Set(rows.map(({ report }) => String(report)));
}

async function take(
  pool: Pool,
  holder: string,
  word: number,
  items: { account: BlockAccount; wanted: Wanted }[],
): Promise<Map<BlockAccount, Given>> {
  if (items.length === 0) return new Map();
  const accounts = items.map(({ account }) => account);
  const usages = accounts.map(({ usage }) => usage);
  const { rows } = await pool.query<Row>({
    text: "SELECT * FROM quotas.take($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    values: [
      holder,
      word,
      usages.map(({ workspaceId }) => workspaceId),
      usages.map(({ keyId }) => keyId ?? ""),
      usages.map(({ meter }) => meter),
      usages.map(({ period }) => period),
      usages.map(({ startsMs }) => new Date(startsMs)),
      items.map(({ wanted }) => wanted.least),
      items.map(({ wanted }) => wanted.needed),
      items.map(({ wanted }) => wanted.wished),
      accounts.map(({ block }) => block),
      accounts.map(({ granted }) => granted),
      accounts.map(({ used }) => used),
    ],
    query_timeout: timeoutMilliseconds,
  } as never);
  return new Map(
    rows.map(({ number, block, given, total, used }) => [
      accounts[number - 1] as BlockAccount,
      { block: String(block), given, total, used },
    ]),
  );
}
