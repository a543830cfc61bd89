import type { BlockAccount, BlockReply, Wanted } from "./block-account";

/** How an account stands, and what it asks for: `least` 0 asks for nothing. */
export type BlockRequest = { account: BlockAccount; wanted: Wanted };

/**
 * Where blocks of quotas come from. `word` is greater than that of every statement that this process sent before, so that a
 * statement that arrives late is ignored. Everything rejects when the store doesn't answer in time; the outcome is then unknown.
 */
export type QuotaStore = {
  /** @returns What was given, by account. Accounts of a workspace that was deleted are missing. */
  takeBlocks(holder: string, word: number, requests: BlockRequest[]): Promise<Map<BlockAccount, BlockReply>>;
  /** Tells what is kept of each block and used of it. @returns The blocks that are still this process's. */
  reportBlocks(word: number, accounts: BlockAccount[]): Promise<Set<string>>;
};
