import type { Logger } from "pino";
import type { KeyStore } from "./key-store";

/** Bits for each key. With three of them set by each key, one in 60 unknown hashes is taken for a known one. */
const bitsPerKey = 10;
const leastKeys = 20_000;
const pageSize = 20_000;

type Filter = { bits: Uint32Array<ArrayBuffer>; capacity: number; count: number };

/**
 * Tells without a query that a hash belongs to no key: a Bloom filter over the hashes of all keys. It is asked only for addresses
 * that keep sending unknown keys. It may take an unknown hash for a known one, which costs a query; it never takes the hash of a
 * key for an unknown one, but for a key that was created a moment ago and that this instance's lease has not told of yet.
 */
export class KnownHashes {
  private filter: Filter | null = null;
  private loading: Promise<void> | null = null;
  /** Hashes that the lease told of since the loading began. */
  private addedWhileLoading: string[] = [];

  constructor(
    private readonly store: KeyStore,
    private readonly log: Logger,
  ) {}

  /** Whether it knows all keys. Until then it takes everything for known. */
  get isComplete(): boolean {
    return this.filter !== null;
  }

  /** @param hash SHA-256 in hex. */
  mayExist(hash: string): boolean {
    if (!this.filter) return true;
    for (const bit of bitsOf(hash, this.filter.bits)) if (!isSet(this.filter.bits, bit)) return false;
    return true;
  }

  /** From the lease: a key with this hash was created. */
  add(hash: string): void {
    if (this.loading) this.addedWhileLoading.push(hash);
    if (!this.filter) return;
    put(this.filter, hash);
    // Past its capacity it errs more often, but only to the safe side, until a larger one has been loaded.
    if (this.filter.count > this.filter.capacity) void this.load();
  }

  /** From the lease: more was created than it tells one by one, or it ended and told of nothing for a while. */
  forget(): void {
    this.filter = null;
    // What is loading now may lack them as well.
    if (this.loading) this.addedWhileLoading = [incomplete];
  }

  /**
   * From a lease that is held, with every renewal: loads what was forgotten, in the background and once at a time. Only a lease
   * tells of the keys that are created from then on.
   */
  keepComplete(): void {
    if (!this.filter) void this.load();
  }

  /** Resolves when the filter is complete, or could not be loaded. */
  load(): Promise<void> {
    this.loading ??= this.read()
      .catch((error: Error) =>
        this.log.warn({ error: error.message }, "the hashes of keys could not be loaded"),
      )
      .finally(() => {
        this.loading = null;
        this.addedWhileLoading = [];
      });
    return this.loading;
  }

  private async read(): Promise<void> {
    const capacity = Math.max(leastKeys, (await this.store.countKeys()) * 2);
    const bits = new Uint32Array(Math.ceil((capacity * bitsPerKey) / 32));
    const filter: Filter = { bits, capacity, count: 0 };
    let after: Buffer = Buffer.alloc(0);
    for (;;) {
      const page = await this.store.listHashes(after, pageSize);
      for (const hash of page) put(filter, hash.toString("hex"));
      if (page.length < pageSize) break;
      after = page.at(-1) as Buffer;
    }
    if (this.addedWhileLoading.includes(incomplete)) return;
    for (const hash of this.addedWhileLoading) put(filter, hash);
    this.filter = filter;
  }
}

const incomplete = "";

function put(filter: Filter, hash: string): void {
  const { bits } = filter;
  filter.count += 1;
  for (const bit of bitsOf(hash, bits)) bits[bit >>> 5] = (bits[bit >>> 5] as number) | (1 << (bit & 31));
}

/** A SHA-256 is as random as the bits of a filter have to be chosen. */
function bitsOf(hash: string, { length }: Uint32Array): number[] {
  return [0, 8, 16].map((start) => Number.parseInt(hash.slice(start, start + 8), 16) % (length * 32));
}

function isSet(bits: Uint32Array, bit: number): boolean {
  return ((bits[bit >>> 5] as number) & (1 << (bit & 31))) !== 0;
}
