import type { Logger } from "pino";
import type { KeyStore } from "./key-store";

/** Bits per key. Each key sets three of them, so about one in 60 unknown hashes is a false positive. */
const bitsPerKey = 10;
const minimumKeys = 20_000;
const pageSize = 20_000;

type Filter = { bits: Uint32Array<ArrayBuffer>; capacity: number; count: number };

/**
 * A Bloom filter over the hashes of all keys. It tells without a query that no key has a hash, and is used only for addresses
 * that keep sending unknown keys. A false positive costs a query. There are no false negatives, except for a key that was just
 * created and that no renewal of our lease has reported yet.
 */
export class KnownHashes {
  private filter: Filter | null = null;
  private loading: Promise<void> | null = null;
  /** Hashes that renewals reported since the current load began. */
  private addedWhileLoading: string[] = [];

  constructor(
    private readonly store: KeyStore,
    private readonly log: Logger,
  ) {}

  /** Whether the filter is loaded. Until then `mayExist` is always true. */
  get isComplete(): boolean {
    return this.filter !== null;
  }

  /** @param hash SHA-256 in hex. */
  mayExist(hash: string): boolean {
    if (!this.filter) return true;
    for (const bit of bitsOf(hash, this.filter.bits)) if (!isSet(this.filter.bits, bit)) return false;
    return true;
  }

  /** Called from the lease: a key with this hash was created. */
  add(hash: string): void {
    if (this.loading) this.addedWhileLoading.push(hash);
    if (!this.filter) return;
    put(this.filter, hash);
    // Beyond its capacity it has more false positives, which is safe, until a larger filter is loaded.
    if (this.filter.count > this.filter.capacity) void this.load();
  }

  /** Called from the lease: keys may have been created that it didn't report one by one. */
  forget(): void {
    this.filter = null;
    // The load in progress may lack them as well.
    if (this.loading) this.addedWhileLoading = [incomplete];
  }

  /**
   * Called with every renewal while the lease is held: loads the filter in the background if it was forgotten. Never load it
   * without a lease, which reports the keys that are created from then on.
   */
  keepComplete(): void {
    if (!this.filter) void this.load();
  }

  /** Resolves when the filter is loaded or loading failed. */
  load(): Promise<void> {
    this.loading ??= this.read()
      .catch((error: Error) =>
        this.log.warn(
          { error: error.message },
          "loading the hashes of all keys failed and is tried again; until then each unknown key costs a query. See whether the database is reachable",
        ),
      )
      .finally(() => {
        this.loading = null;
        this.addedWhileLoading = [];
      });
    return this.loading;
  }

  private async read(): Promise<void> {
    const capacity = Math.max(minimumKeys, (await this.store.countKeys()) * 2);
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

/** SHA-256 output is uniform, so parts of it serve as the filter's hash functions. */
function bitsOf(hash: string, { length }: Uint32Array): number[] {
  return [0, 8, 16].map((start) => Number.parseInt(hash.slice(start, start + 8), 16) % (length * 32));
}

function isSet(bits: Uint32Array, bit: number): boolean {
  return ((bits[bit >>> 5] as number) & (1 << (bit & 31))) !== 0;
}
