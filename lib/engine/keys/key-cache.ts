import { timingSafeEqual } from "node:crypto";
import type { Logger } from "pino";
import { AppError } from "@/lib/contracts/app-error";
import {
  type Clocks,
  databaseTime,
  isFresh,
  isLive,
  isStaleEnough,
  type Lease,
  type Provenance,
  readClocks,
} from "../leases/lease";
import type { LeaseKeeper } from "../leases/lease-keeper";
import type { KeyRecord } from "./key-record";
import type { KeyStore, KeysRead } from "./key-store";

/** A key in memory. `record` is null when no key has this hash. */
type Entry = Provenance & { record: KeyRecord | null };
/** The result of looking up a key. `record` is null when no key has this hash. */
export type KeyLookup = {
  record: KeyRecord | null;
  /** The time of the look-up, by our clocks and by the database's. The whole decision uses it. */
  now: Clocks;
  databaseMs: number;
};

type Waiting = { hash: string; resolve: () => void; reject: (error: unknown) => void };

/** Bounds, so that neither many keys nor many guesses can fill memory. */
const keysKept = 100_000;
const unknownKept = 10_000;
const attempts = 3;

/**
 * Caches keys by the hash of their secret. Guarantee: the result of `find` or `peek` includes every change that was acknowledged
 * to its author before the call, because that is what a live lease means (leases/lease.ts). A query to the store never answers a
 * request directly: it fills memory, and memory is then read under the lease.
 */
export class KeyCache {
  private readonly known = new Map<string, Entry>();
  private readonly unknown = new Map<string, Entry>();
  private readonly pendingLoads = new Map<string, Promise<void>>();
  private waiting: Waiting[] = [];
  private highestEpoch = 0;
  private filledOnTimeline = "";
  private warnedAt = Number.NEGATIVE_INFINITY;
  queries = 0;

  constructor(
    private readonly store: KeyStore,
    private readonly keeper: LeaseKeeper,
    private readonly log: Logger,
  ) {}

  /** Looks in memory; undefined when memory can't tell. Reads the clocks for this request alone. */
  peek(hash: string): KeyLookup | undefined {
    const { lease } = this.keeper;
    const now = readClocks();
    return lease && isLive(lease, now.mono, now.wall) ? this.read(hash, lease, now) : undefined;
  }

  /** Looks in memory after the lease ended, if STALE_VERDICT_SECONDS allows it. Call it only when the database didn't answer. */
  private peekStale(hash: string): KeyLookup | undefined {
    const { lease, times } = this.keeper;
    const now = readClocks();
    if (!lease || !isStaleEnough(lease, now.mono, times)) return undefined;
    this.keeper.warnOfStale(now.mono - lease.until.mono);
    return this.read(hash, lease, now);
  }

  private read(hash: string, lease: Lease, now: Clocks): KeyLookup | undefined {
    const entry = this.known.get(hash) ?? this.unknown.get(hash);
    if (!entry || !isFresh(lease, entry)) return undefined;
    return { record: entry.record, now, databaseMs: databaseTime(lease, now.mono) };
  }

  /** @throws AppError `unavailable` when we get no lease or the store doesn't answer. */
  async find(hash: string): Promise<KeyLookup> {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      try {
        await this.keeper.ensureLease();
      } catch (error) {
        const stale = this.peekStale(hash);
        if (stale) return stale;
        throw error;
      }
      const found = this.peek(hash);
      if (found) return found;
      await this.load(hash);
    }
    const found = this.peek(hash);
    if (found) return found;
    throw new AppError("unavailable", undefined, { retryAfterSeconds: 1 });
  }

  /** Asks the store once per hash, however many requests wait for it. The hashes of one event loop turn share a query. */
  private load(hash: string): Promise<void> {
    let loading = this.pendingLoads.get(hash);
    if (!loading) {
      loading = new Promise<void>((resolve, reject) => {
        if (this.waiting.length === 0) setImmediate(() => void this.send());
        this.waiting.push({ hash, resolve, reject });
      }).finally(() => this.pendingLoads.delete(hash));
      this.pendingLoads.set(hash, loading);
    }
    return loading;
  }

  private async send(): Promise<void> {
    const batch = this.waiting;
    this.waiting = [];
    this.queries += 1;
    try {
      const hashes = batch.map(({ hash }) => hash);
      this.keep(hashes, await this.store.findKeys(hashes));
      for (const { resolve } of batch) resolve();
    } catch (error) {
      this.warn(error as Error);
      for (const { reject } of batch)
        reject(new AppError("unavailable", undefined, { retryAfterSeconds: 1 }));
    }
  }

  /** At most once a second, because every request with a key that memory lacks fails while the database is down. */
  private warn({ message }: Error): void {
    if (performance.now() < this.warnedAt + 1000) return;
    this.warnedAt = performance.now();
    this.log.warn(
      { error: message },
      "reading keys from the database failed, so requests with keys that aren't in memory are 503; see whether it is reachable",
    );
  }

  /** Stores what was read, unless something newer was read or applied in the meantime: a late reply must not undo it. */
  private keep(hashes: string[], { epoch, timeline, records }: KeysRead): void {
    const { lease } = this.keeper;
    if (!lease || timeline !== lease.timeline) return;
    if (this.filledOnTimeline !== timeline) {
      this.clear();
      this.filledOnTimeline = timeline;
    }
    if (epoch < this.highestEpoch) return;
    this.highestEpoch = epoch;
    for (const hash of hashes) {
      const bytes = Buffer.from(hash, "hex");
      const record = records.find((one) => timingSafeEqual(one.hash, bytes)) ?? null;
      const entry = { timeline, epoch, hash, key: record, record };
      if (!isFresh(lease, entry)) continue;
      const [into, bound] = record ? [this.known, keysKept] : [this.unknown, unknownKept];
      (record ? this.unknown : this.known).delete(hash);
      into.delete(hash);
      into.set(hash, entry);
      // Maps keep insertion order, so the first entry is the oldest.
      if (into.size > bound) into.delete(into.keys().next().value as string);
    }
  }

  /** Forgets everything. Called when the database changed to another timeline. */
  clear(): void {
    this.known.clear();
    this.unknown.clear();
    this.highestEpoch = 0;
  }
}
