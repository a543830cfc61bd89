import type { KeyFormat } from "./key-format";
import type { KeyRecord } from "./key-record";

/** Keys by hash, the newest change and the timeline, read in one snapshot. */
export type KeysRead = { epoch: number; timeline: string; records: KeyRecord[] };

/** Where keys are looked up. Every method rejects when the store doesn't answer in time. */
export type KeyStore = {
  /** @param hashes SHA-256 of secrets, in hex. @returns The keys among them that exist. */
  findKeys(hashes: string[]): Promise<KeysRead>;
  countKeys(): Promise<number>;
  /** All hashes in order, page by page. @param after The last hash of the page before, or an empty buffer. */
  listHashes(after: Buffer, limit: number): Promise<Buffer[]>;
  /** Adds the configured prefix to the formats in use, permanently. @returns All of them. */
  loadFormats(configuredPrefix: string): Promise<KeyFormat[]>;
};
