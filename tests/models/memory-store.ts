import { nativeFormat } from "@/lib/engine/keys/key-format";
import type { KeyRecord } from "@/lib/engine/keys/key-record";
import type { Invalidation } from "@/lib/engine/leases/lease";
import type { LeaseConnection, LimitAnnouncement } from "@/lib/engine/leases/lease-store";
import {
  type GrantReply,
  type GrantRequest,
  type GrantStore,
  type GrantUse,
  limitTimes,
} from "@/lib/engine/limits/grant-store";
import { WatermarkMoved } from "@/lib/engine/log/log-store";
import { type Catalog, emptyCatalog } from "@/lib/engine/permissions/catalog";
import type { BlockAccount, BlockReply } from "@/lib/engine/quotas/block-account";
import type { Store } from "@/lib/engine/store";
import { LeaseDatabase, type LeaseRow } from "./lease-database";

type Row = LeaseRow & { staleMs: number; knownMs: number; limits: LimitAnnouncement };
type Grant = { holder: string; name: string; at: number; count: number };
type Usage = { limit: number; given: number };
type Block = { id: number; holder: string; usage: Usage; granted: number; used: number };

/** The state that several engines share in one test. It follows the rules of the PostgreSQL store (docs/decisions/014 to 017). */
export class SharedMemory {
  readonly leases = new LeaseDatabase<Row>();
  readonly keys = new Map<string, KeyRecord>();
  catalog: Catalog = emptyCatalog;
  readonly grants = new Map<string, Grant[]>();
  readonly quotas = new Map<string, Usage>();
  readonly blocks: Block[] = [];
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

  constructor(private readonly memory: SharedMemory) {}

  private async ask<Result>(name: string, read: () => Result): Promise<Result> {
    this.asked.push(name);
    await new Promise((resolve) => setImmediate(resolve));
    if (!this.isReachable) throw new Error("the store can't be reached");
    return read();
  }

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

  readonly limits: { postgres: GrantStore; redis: null } = {
    redis: null,
    postgres: {
      open: () => {},
      take: (_workspaceId, asks) => this.ask("take", () => this.grant(asks)),
      giveBack: (uses) => this.ask("giveBack", () => this.takeBack(uses)),
      importUses: (holder, uses) =>
        this.ask("importUses", () => {
          for (const { id, ages, uses: counts } of uses) {
            const kept = this.grantsOf(id).filter(
              (grant) => !grant.holder.startsWith(holder.split(".")[0] ?? ""),
            );
            const entered = ages.map((age, index) => ({
              ...{ holder, name: `${holder}:${index}`, at: performance.now() - age },
              count: counts[index] as number,
            }));
            this.memory.grants.set(id, [...kept, ...entered]);
          }
        }),
      sweep: async () => {},
      ping: () => this.ask("ping", () => {}),
      close: () => {},
    },
  };

  readonly quotas = {
    takeBlocks: (
      holder: string,
      _statementNumber: number,
      requests: { account: BlockAccount; wanted: { minimum: number; needed: number; desired: number } }[],
    ) =>
      this.ask("takeBlocks", () => {
        const given = new Map<BlockAccount, BlockReply>();
        for (const { account, wanted } of requests) {
          const usage = this.usageOf(account);
          let block = this.memory.blocks.find((one) => one.holder === holder && one.usage === usage);
          if (!block) {
            block = { id: this.memory.blocks.length + 1, holder, usage, granted: 0, used: 0 };
            this.memory.blocks.push(block);
          }
          const free = usage.limit - usage.given;
          const amount = free >= wanted.minimum ? Math.min(free, wanted.desired) : 0;
          usage.given += amount;
          block.granted += amount;
          given.set(account, {
            block: String(block.id),
            given: amount,
            total: block.granted,
            used: block.used,
          });
        }
        return given;
      }),
    reportBlocks: (_statementNumber: number, accounts: BlockAccount[]) =>
      this.ask("reportBlocks", () => {
        const ours = new Set<string>();
        for (const { block: id, granted, used } of accounts) {
          const block = this.memory.blocks.find((one) => String(one.id) === id);
          if (!block) continue;
          block.usage.given -= block.granted - granted;
          Object.assign(block, { granted, used });
          ours.add(String(id));
        }
        return ours;
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

  /** Grants at least one use of each limit, or none of any. A grant counts for the window plus its lifetime. */
  private grant(asks: GrantRequest[]): GrantReply[] {
    const now = performance.now();
    const countedMs = limitTimes.windowMs + limitTimes.grantMs;
    const states = asks.map(({ id, limit }) => {
      const counted = this.grantsOf(id).filter(({ at }) => now - at < countedMs);
      this.memory.grants.set(id, counted);
      const left = limit - counted.reduce((sum, { count }) => sum + count, 0);
      return { counted, left };
    });
    const allowed = states.every(({ left }) => left > 0);
    return asks.map(({ id, wanted, grant }, index) => {
      const { counted, left } = states[index] as (typeof states)[number];
      const granted = allowed ? Math.min(left, wanted) : 0;
      if (granted > 0)
        this.grantsOf(id).push({ holder: grant.split(":")[0] ?? "", name: grant, at: now, count: granted });
      const oldest = counted[0] ? countedMs - (now - counted[0].at) : 0;
      return { granted, remaining: left - granted, nextMs: left > 0 ? 0 : oldest, fullMs: countedMs };
    });
  }

  private takeBack(uses: GrantUse[]): void {
    for (const { id, grant, used } of uses) {
      const given = this.grantsOf(id).find(({ name }) => name === grant);
      if (given) given.count = Math.min(given.count, used);
    }
  }

  private grantsOf(id: string): Grant[] {
    let grants = this.memory.grants.get(id);
    if (!grants) {
      grants = [];
      this.memory.grants.set(id, grants);
    }
    return grants;
  }

  private usageOf({ usage }: BlockAccount): Usage {
    const name = `${usage.keyId ?? usage.workspaceId}/${usage.meter}`;
    const found = this.memory.quotas.get(name);
    if (found) return found;
    const unbounded = { limit: Number.POSITIVE_INFINITY, given: 0 };
    this.memory.quotas.set(name, unbounded);
    return unbounded;
  }
}
