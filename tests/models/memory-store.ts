import { nativeFormat } from "@/lib/engine/keys/key-format";
import type { KeyRecord } from "@/lib/engine/keys/key-record";
import type { Invalidation } from "@/lib/engine/leases/lease";
import type { LeaseConnection, LimitAnnouncement } from "@/lib/engine/leases/lease-store";
import type { LimitStores } from "@/lib/engine/limits/grant-store";
import { WatermarkMoved } from "@/lib/engine/log/log-store";
import { type Catalog, emptyCatalog } from "@/lib/engine/permissions/catalog";
import type { QuotaStore } from "@/lib/engine/quotas/quota-store";
import type { Store } from "@/lib/engine/store";
import { LeaseDatabase, type LeaseRow } from "./lease-database";
import type { Ask } from "./memory-ask";
import { MemoryGrants } from "./memory-grants";
import { MemoryQuotas } from "./memory-quotas";

type Row = LeaseRow & { staleMs: number; knownMs: number; limits: LimitAnnouncement };

/** The state that several engines share in one test. It follows the rules of the PostgreSQL store (docs/decisions/014 to 017). */
export class SharedMemory {
  readonly leases = new LeaseDatabase<Row>();
  readonly keys = new Map<string, KeyRecord>();
  catalog: Catalog = emptyCatalog;
  readonly grants = new MemoryGrants();
  readonly quotas = new MemoryQuotas();
  /** The lines of the access log, and the last sequence number of each writer. */
  readonly lines: string[] = [];
  readonly writers = new Map<string, number>();
  readonly listeners = new Set<() => void>();

  /** Changes a key, in one commit with its invalidation. */
  change(hash: string, key: KeyRecord): void {
    const known = this.keys.has(hash);
    this.keys.set(hash, key);
    this.invalidate(known ? "key" : "hash", known ? key.keyId : hash);
  }

  /** Replaces the permission catalog. */
  declare(catalog: Catalog): void {
    this.catalog = catalog;
    this.invalidate("all", "");
  }

  invalidate(scope: Invalidation["scope"], id: string): void {
    this.leases.commit(scope, id);
    for (const wake of this.listeners) setImmediate(wake);
  }

  /** Simulates a failover: epochs of the old timeline mean nothing on the new one. */
  failOver(): void {
    this.leases.timeline = `${this.leases.timeline}'`;
    this.leases.rows.clear();
    for (const wake of this.listeners) setImmediate(wake);
  }
}

/** One engine's connection to the shared memory. */
export class MemoryStore implements Store {
  /** Set it to false to simulate a cut network: every call fails, and no notification arrives. */
  isReachable = true;
  /** The names of all calls. */
  readonly asked: string[] = [];

  readonly limits: LimitStores;
  readonly quotas: QuotaStore;

  constructor(private readonly memory: SharedMemory) {
    this.limits = { redis: null, postgres: memory.grants.storeFor(this.ask) };
    this.quotas = memory.quotas.storeFor(this.ask);
  }

  private readonly ask: Ask = async (name, read) => {
    this.asked.push(name);
    await new Promise((resolve) => setImmediate(resolve));
    if (!this.isReachable) throw new Error("the store can't be reached");
    return read();
  };

  readonly keys = {
    findKeys: (hashes: string[]) =>
      this.ask("findKeys", () => ({
        epoch: this.memory.leases.epoch,
        timeline: this.memory.leases.timeline,
        records: hashes
          .flatMap((hash) => this.memory.keys.get(hash) ?? [])
          .map((key) => ({ ...key, catalog: this.memory.catalog })),
      })),
    countKeys: () => this.ask("countKeys", () => this.memory.keys.size),
    listHashes: (after: Buffer, limit: number) =>
      this.ask("listHashes", () =>
        [...this.memory.keys.keys()]
          .filter((hash) => hash > after.toString("hex"))
          .sort()
          .slice(0, limit)
          .map((hash) => Buffer.from(hash, "hex")),
      ),
    loadFormats: async (prefix: string) => [nativeFormat(prefix)],
  };

  readonly leases = {
    connect: async (changed: () => void): Promise<LeaseConnection> => {
      await this.ask("connect", () => {});
      const { leases, listeners } = this.memory;
      const wake = () => this.isReachable && changed();
      listeners.add(wake);
      return {
        join: ({ id, leaseMs, staleMs, limits }) =>
          this.ask("join", () => {
            const { timeline } = leases;
            leases.rows.set(id, {
              id,
              timeline,
              applied: 0,
              leaseMs,
              renewal: 0,
              staleMs,
              knownMs: 0,
              limits,
            });
            for (const listener of listeners) setImmediate(listener);
            return { timeline };
          }),
        renew: ({ id, number, applied, timeline, knownMs, limits, wakesOthers }) =>
          this.ask("renew", () => {
            const changes = leases.readChanges(applied);
            const row = leases.acknowledge({ id, renewal: number, applied, timeline });
            if (row) Object.assign(row, { knownMs, limits });
            if (wakesOthers) for (const listener of listeners) setImmediate(listener);
            const others = [...leases.rows.values()].filter((other) => other.id !== id);
            const count = (test: (limits: LimitAnnouncement) => boolean) =>
              others.filter((other) => test(other.limits)).length;
            return {
              ...changes,
              held: row !== null,
              databaseMs: Date.now(),
              ids: others.map((other) => other.id),
              alone: count(({ shares }) => !shares),
              inRedis: count(({ store }) => store === "redis"),
              inPostgres: count(({ store }) => store === "postgres"),
              withoutRedis: count(({ redisReady }) => !redisReady),
            };
          }),
        leave: (id) => this.ask("leave", () => void leases.rows.delete(id)),
        cleanUp: async () => {},
        close: () => void listeners.delete(wake),
      };
    },
    readInstances: () =>
      this.ask("readInstances", () => {
        const { epoch, timeline, rows } = this.memory.leases;
        return { epoch, timeline, instances: [...rows.values()].map((row) => ({ ...row })) };
      }),
  };

  readonly log = {
    join: (writer: string) =>
      this.ask("joinLog", () => {
        if (!this.memory.writers.has(writer)) this.memory.writers.set(writer, 0);
        return { databaseMs: Date.now(), frontierMs: 0 };
      }),
    renew: (writer: string) =>
      this.ask("renewWriter", () =>
        this.memory.writers.has(writer) ? { databaseMs: Date.now(), frontierMs: 0 } : null,
      ),
    append: (
      writer: string,
      { firstSeq, count, lines }: { firstSeq: number; count: number; lines: Buffer },
      { drainedSeq }: { drainedSeq: number },
    ) =>
      this.ask("append", () => {
        const known = this.memory.writers.get(writer) ?? null;
        if (known !== drainedSeq) throw new WatermarkMoved(known);
        this.memory.lines.push(...lines.toString().split("\n").filter(Boolean));
        this.memory.writers.set(writer, firstSeq + count - 1);
      }),
    close: (_writer: string) => this.ask("closeWriter", () => {}),
  };
}
