import type { BlockAccount, BlockReply } from "../quotas/block-account";
import type { BlockRequest, QuotaStore } from "../quotas/quota-store";
import type { Pool, QueryConfig } from "./client";

/** How long a decision waits for its quota before it is answered 503. */
const timeoutMs = 2000;

/** Quota blocks from PostgreSQL, by the functions of the schema `quotas` (docs/decisions/016). */
export class PostgresQuotas implements QuotaStore {
  constructor(private readonly pool: Pool) {}

  async takeBlocks(
    holder: string,
    statementNumber: number,
    requests: BlockRequest[],
  ): Promise<Map<BlockAccount, BlockReply>> {
    if (requests.length === 0) return new Map();
    const accounts = requests.map(({ account }) => account);
    const usages = accounts.map(({ usage }) => usage);
    const { rows } = await this.pool.query<Omit<BlockReply, "block"> & { number: number; block: number }>({
      text: "SELECT * FROM quotas.take($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
      values: [
        holder,
        statementNumber,
        usages.map(({ workspaceId }) => workspaceId),
        usages.map(({ keyId }) => keyId ?? ""),
        usages.map(({ meter }) => meter),
        usages.map(({ period }) => period),
        usages.map(({ startsMs }) => new Date(startsMs)),
        requests.map(({ wanted }) => wanted.minimum),
        requests.map(({ wanted }) => wanted.needed),
        requests.map(({ wanted }) => wanted.desired),
        accounts.map(({ block }) => block),
        accounts.map(({ granted }) => granted),
        accounts.map(({ used }) => used),
      ],
      query_timeout: timeoutMs,
    } as QueryConfig);
    return new Map(
      rows.map(({ number, block, given, total, used }) => [
        accounts[number - 1] as BlockAccount,
        { block: String(block), given, total, used },
      ]),
    );
  }

  async reportBlocks(statementNumber: number, accounts: BlockAccount[]): Promise<Set<string>> {
    const { rows } = await this.pool.query<{ report: number }>({
      text: "SELECT report FROM quotas.report($1, $2, $3, $4)",
      values: [
        statementNumber,
        accounts.map(({ block }) => block),
        accounts.map(({ granted }) => granted),
        accounts.map(({ used }) => used),
      ],
      query_timeout: timeoutMs,
    } as QueryConfig);
    return new Set(rows.map(({ report }) => String(report)));
  }
}
