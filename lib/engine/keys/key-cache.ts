import { createHash, timingSafeEqual } from "node:crypto";
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
import type { DatabaseError, Pool, QueryResult } from "../postgres/client";
import type { KeyRecord } from "./key-record";

/** A key as memory has it; `record` is null where no key has this hash. */
type Entry = Provenance & { record: KeyRecord | null };
/** What is known of a presented key at one moment: `record` null means that it is unknown to everybody. */
export type Found = {
  record: KeyRecord | null;
  /** The moment, by our clocks and by the database's: all of the decision goes by it. */
  now: Clocks;
  databaseMs: number;
};

type Row = KeyRecord & { epoch: number; incarnation: string };
type Waiting = { hash: string; resolve: () => void; reject: (error: unknown) => void };

/** Keys in memory, and hashes known to be nobody's: bounded, so that neither many keys nor many guesses fill it. */
const keysKept = 100_000;
const unknownKept = 10_000;
/** Longest one look-up may take before its requests are answered 503. */
const timeoutMilliseconds = 2000;
const attempts = 3;

/** Head epoch, incarnation and keys of one snapshot: the outer join gives a row even where no key is found. */
const query = `
  SELECT h.epoch, decisions.incarnation() AS incarnation,
    k.hash, k.id AS "keyId", k.prefix, k.suffix, k.name, k.workspace_id AS "workspaceId", k.owner_id AS "ownerId",
    k.workspace_id || '/' || k.owner_id AS "memberId",
    k.permission_level AS "permissionLevel", k.can_manage_keys AS "canManageKeys", k.environment,
    k.allowed_ips AS "allowedIps", k.rate_limit_per_minute AS "rateLimitPerMinute",
    k.created_by_type AS "createdByType", k.created_by_id AS "createdById",
    k.created_at AS "createdAt", k.expires_at AS "expiresAt", k.lifetime_seconds AS "lifetimeSeconds",
    k.disabled_at AS "disabledAt", k.revoked_at AS "revokedAt",
    w.name AS "workspaceName", w.api_access AS "apiAccess", w.requests_per_minute AS "workspaceRequestsPerMinute",
    m.role, m.suspended_at IS NOT NULL AS "ownerSuspended",
    coalesce((SELECT json_agg(json_build_object('keyId', nullif(q.key_id, ''), 'meter', q.meter, 'limit', q.allowance, 'period', q.period))
      FROM quotas.quotas q WHERE q.workspace_id = k.workspace_id AND q.key_id IN ('', k.id)), '[]') AS quotas
  FROM decisions.invalidation_head h
  LEFT JOIN (api_keys k
    JOIN workspaces w ON w.id = k.workspace_id
    LEFT JOIN members m ON m.workspace_id = k.workspace_id AND m.user_id = k.owner_id) ON k.hash = ANY($1::bytea[])`;

/** Another version of the program asks another query: behind a pooler both may come to one connection. */
const statementName = `find-keys-${createHash("sha256").update(query).digest("hex").slice(0, 8)}`;
/** "Prepared already" and "never prepared" (PostgreSQL, appendix A): somebody hands each transaction to another connection. */
const isOfPooler = (error: unknown) => ["42P05", "26000"].includes((error as DatabaseError).code ?? "");

/**
 * What this instance knows of keys, by the hash of their secret. Guarantee: no change that was answered before `find` or `peek`
 * was called is missing from what it tells, for that is what a live lease means (lease.ts). A look-up never answers a request
 * itself: it only fills the memory, and the memory is asked again.
 */
export class KeyCache {
  private readonly known = new Map<string, Entry>();
  private readonly unknown = new Map<string, Entry>();
  private readonly underWay = new Map<string, Promise<void>>();
  private waiting: Waiting[] = [];
  private highestEpoch = 0;
  private filledIn = "";
  /** Whether the database's connections are ours, and remember what was prepared. */
  private prepares = true;
  queries = 0;

  constructor(
    private readonly pool: Pool,
    private readonly keeper: LeaseKeeper,
  ) {}

  /** Without waiting, where memory can tell; else undefined. The clocks are read here, for this request alone. */
  peek(hash: string): Found | undefined {
    const { lease } = this.keeper;
    const now = readClocks();
    return lease && isLive(lease, now.mono, now.wall) ? this.tell(hash, lease, now) : undefined;
  }

  /** What memory tells although the lease is over, where the operator allows it: the database was asked, and did not answer. */
  private peekStale(hash: string): Found | undefined {
    const { lease, times } = this.keeper;
    const now = readClocks();
    if (!lease || !isStaleEnough(lease, now.mono, times)) return undefined;
    this.keeper.warnOfStale(now.mono - lease.until.mono);
    return this.tell(hash, lease, now);
  }

  private tell(hash: string, lease: Lease, now: Clocks): Found | undefined {
    const entry = this.known.get(hash) ?? this.unknown.get(hash);
    if (!entry || !isFresh(lease, entry)) return undefined;
    return { record: entry.record, now, databaseMs: databaseTime(lease, now.mono) };
  }

  /** @throws AppError `unavailable` where there is no lease and none can be had, or the database cannot be asked. */
  async find(hash: string): Promise<Found> {
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

  /** Asks the database once for each hash, however many requests wait for it; those of one turn travel together. */
  private load(hash: string): Promise<void> {
    let loading = this.underWay.get(hash);
    if (!loading) {
      loading = new Promise<void>((resolve, reject) => {
        if (this.waiting.length === 0) setImmediate(() => void this.send());
        this.waiting.push({ hash, resolve, reject });
      }).finally(() => this.underWay.delete(hash));
      this.underWay.set(hash, loading);
    }
    return loading;
  }

  private async send(): Promise<void> {
    const batch = this.waiting;
    this.waiting = [];
    this.queries += 1;
    try {
      const hashes = batch.map(({ hash }) => Buffer.from(hash, "hex"));
      const { rows } = await this.ask(hashes).catch((error) => {
        if (!isOfPooler(error)) throw error;
        this.prepares = false;
        return this.ask(hashes);
      });
      this.keep(batch, rows);
      for (const { resolve } of batch) resolve();
    } catch {
      for (const { reject } of batch)
        reject(new AppError("unavailable", undefined, { retryAfterSeconds: 1 }));
    }
  }

  private ask(hashes: Buffer[]): Promise<QueryResult<Row>> {
    return this.pool.query<Row>({
      ...(this.prepares && { name: statementName }),
      text: query,
      values: [hashes],
      query_timeout: timeoutMilliseconds,
    } as { text: string; values: unknown[] });
  }

  /** Keeps what was read, unless something newer was read or applied meanwhile: a reply that was overtaken must not undo it. */
  private keep(batch: Waiting[], rows: Row[]): void {
    const { lease } = this.keeper;
    const [{ epoch, incarnation } = { epoch: 0, incarnation: "" }] = rows;
    if (!lease || incarnation !== lease.incarnation) return;
    if (this.filledIn !== incarnation) {
      this.clear();
      this.filledIn = incarnation;
    }
    if (epoch < this.highestEpoch) return;
    this.highestEpoch = epoch;
    for (const { hash } of batch) {
      const bytes = Buffer.from(hash, "hex");
      const record = rows.find((row) => row.hash !== null && timingSafeEqual(row.hash, bytes)) ?? null;
      const entry = { incarnation, epoch, hash, key: record, record };
      if (!isFresh(lease, entry)) continue;
      const [into, bound] = record ? [this.known, keysKept] : [this.unknown, unknownKept];
      (record ? this.unknown : this.known).delete(hash);
      into.delete(hash);
      into.set(hash, entry);
      // The oldest go first: maps keep the order in which they were filled.
      if (into.size > bound) into.delete(into.keys().next().value as string);
    }
  }

  /** Forgets everything: what was known was known of another life of the database. */
  clear(): void {
    this.known.clear();
    this.unknown.clear();
    this.highestEpoch = 0;
  }
}
