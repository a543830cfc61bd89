import type { BlockAccount, BlockReply, Wanted } from "./block-account";

/** A request for more of one usage. `minimum` 0 requests nothing, but reports the account's numbers. */
export type BlockRequest = { account: BlockAccount; wanted: Wanted };

/**
 * Where quota blocks come from. `statementNumber` increases with every statement of this process, so that the store ignores one
 * that arrives late. Every method rejects when the store doesn't answer in time; the outcome is then unknown.
 */
export type QuotaStore = {
  /** @returns The replies by account. Accounts of a deleted workspace are missing. */
  takeBlocks(
    holder: string,
    statementNumber: number,
    requests: BlockRequest[],
  ): Promise<Map<BlockAccount, BlockReply>>;
  /** Reports what is granted and used of each block. @returns The ids of the blocks that still belong to this process. */
  reportBlocks(statementNumber: number, accounts: BlockAccount[]): Promise<Set<string>>;
};
