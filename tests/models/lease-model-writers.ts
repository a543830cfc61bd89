import { cannotAllow, leaseOverAfter } from "@/lib/engine/leases/lease";
import { type Change, type Listener, type Row, times, type World } from "./lease-model-world";
import type { Process } from "./simulated-time";

/** The processes that change the database: they revoke, remove rows and prune like RejectionWatch and LeaseKeeper, or fail over. */
export class ModelWriters {
  private sequence = 0;
  private committing = false;
  private readonly watched = { timeline: "timeline 1", since: Number.NEGATIVE_INFINITY };

  constructor(private readonly world: World) {}

  begin(): void {
    const { chance, time, instances } = this.world;
    for (const change of changesOf(this.world.keys)) {
      const at = chance.of(0.6)
        ? chance.pick([3000, 5500, 8000]) + chance.between(0, 40)
        : chance.between(2500, 10_000);
      const times = chance.of(0.3) ? 2 : 1;
      for (let count = 0; count < times; count += 1)
        time.start(
          this.revoke(change, chance.of(0.3) ? chance.pick(instances) : null),
          at + count * chance.between(0, 2500),
        );
    }
    time.start(this.failover(), chance.between(2000, 8000));
    time.start(this.stepClock(), chance.between(2000, 8000));
    time.start(this.prune(), chance.between(3000, 8000));
    time.start(this.reap());
  }

  private *revoke(change: Change, own: Listener | null): Process {
    yield this.world.travel();
    for (const key of change.keys) this.world.asked.add(key);
    const repeated = change.keys.every((key) => this.world.revoked.has(key));
    if (!repeated) yield* this.commit(change);
    yield this.world.travel();
    let since = this.world.time.now;
    const hasty =
      this.world.without("a revocation waits") ||
      this.world.without("memory decides only under a lease") ||
      (this.world.without("a repeated revocation waits too") && repeated);
    const boot = own?.boot;
    let heard: { epoch: number; timeline: string } | null = null;
    let pending = new Map<string, Row>();
    let notBefore = 0;
    let lapsed = 0;
    while (!hasty) {
      const snapshot = yield* this.world.ask(() => {
        const { epoch, timeline } = this.world.database;
        const seen = {
          epoch,
          timeline,
          rows: this.world.database.copyRows(),
          databaseMs: this.world.time.now + this.world.clockStep,
        };
        return () => seen;
      });
      if (own && own.boot !== boot) return;
      if (snapshot) {
        if (snapshot.timeline !== this.watched.timeline)
          Object.assign(this.watched, { timeline: snapshot.timeline, since: this.world.time.now });
        if (heard?.timeline !== snapshot.timeline) {
          if (heard) since = this.world.time.now;
          heard = snapshot;
          pending = new Map(snapshot.rows);
          notBefore = this.watched.since + leaseOverAfter(times.longestLeaseMs);
          if (this.world.without("after a new timeline the longest lease is waited for")) notBefore = 0;
        }
        if (own && pending.has(own.id) && (yield* own.apply(heard))) pending.delete(own.id);
        if (own && own.boot !== boot) return;
        const elapsed = this.world.time.now - since;
        for (const [id, listed] of pending) {
          const waited = this.world.without("the whole lease is waited for") && elapsed > 300 ? 1e9 : elapsed;
          const row = snapshot.rows.get(id);
          let outcome = cannotAllow(row, heard, listed, waited);
          if (
            this.world.without("the database's clock doesn't judge leases") &&
            row &&
            row.untilDatabaseMs < snapshot.databaseMs
          )
            outcome = "lapsed";
          if (outcome === "lapsed") lapsed += 1;
          if (outcome) pending.delete(id);
        }
        if (pending.size === 0 && this.world.time.now >= notBefore) break;
      }
      yield this.world.chance.pick([1, 2, 5, 20]);
    }
    this.world.outcome.revocations += 1;
    if (lapsed === 0) this.world.outcome.acknowledged += 1;
    for (const key of change.keys)
      if (!this.world.answered.has(key)) this.world.answered.set(key, this.world.time.now);
  }

  /** Takes the epoch inside COMMIT, under a lock that is held until the change is visible. */
  private *commit({ scope, id, keys }: Change): Process {
    let epoch = 0;
    if (this.world.without("epochs are in commit order")) {
      this.sequence = Math.max(this.sequence, this.world.database.epoch) + 1;
      epoch = this.sequence;
      yield this.world.work();
    } else {
      while (this.committing) yield 2;
      this.committing = true;
      yield this.world.work();
      this.committing = false;
      epoch = this.world.database.epoch + 1;
    }
    for (const key of keys) this.world.revoked.add(key);
    this.world.database.commit(scope, id, epoch);
    for (const instance of this.world.instances)
      if (!instance.deaf && this.world.chance.of(0.8))
        this.world.time.start(instance.wake(), this.world.travel());
  }

  /** A standby takes over that lacks the last changes, except revocations, whose loss is a matter of replication. */
  private *failover(): Process {
    if (this.committing) return;
    const { database } = this.world;
    const kept = { epoch: database.epoch, log: [...database.log], rows: database.copyRows() };
    // The row of an instance that just joined is lost, although it holds a lease.
    this.world.chance.pick(this.world.instances).restart(20);
    const lost = 1 + Math.floor(this.world.chance.fraction() * 3);
    for (let count = 0; count < lost; count += 1) database.commit("key", "other");
    yield 700;
    if (this.committing || database.epoch !== kept.epoch + lost || database.prunedTo > kept.epoch) return;
    Object.assign(database, kept);
    if (!this.world.without("a new timeline invalidates memory")) database.timeline = "timeline 2";
    this.world.time.start(
      this.revoke(changesOf(this.world.keys)[0] as Change, null),
      this.world.chance.between(0, 300),
    );
  }

  private *stepClock(): Process {
    if (this.world.chance.of(0.5)) this.world.clockStep = this.world.chance.pick([-60_000, 60_000]);
    yield 0;
  }

  private *prune(): Process {
    yield 0;
    this.world.database.prune();
  }

  /** Removes rows that were not renewed for longer than their lease. */
  private *reap(): Process {
    const firstSeen = new Map<string, { renewal: number; since: number }>();
    for (;;) {
      yield 200;
      const asked = this.world.time.now;
      const rows = yield* this.world.ask(() => {
        const seen = [...this.world.database.copyRows().values()];
        return () => seen;
      });
      const now = this.world.time.now;
      const since = this.world.without("a row's age counts from when it was read") ? asked : now;
      for (const { id, renewal, leaseMs } of rows ?? []) {
        const seen = firstSeen.get(id);
        if (seen?.renewal !== renewal) firstSeen.set(id, { renewal, since });
        if (now - (firstSeen.get(id)?.since ?? now) < leaseOverAfter(leaseMs)) continue;
        yield* this.world.ask(() => () => this.world.database.remove(id, renewal));
      }
    }
  }
}

/** Most changes concern a key; some concern a member or a workspace with all their keys. */
function changesOf(keys: World["keys"]): Change[] {
  const of = (scope: Change["scope"], field: "keyId" | "memberId" | "workspaceId", id: string): Change => ({
    scope,
    id,
    keys: keys.filter((key) => key[field] === id).map(({ keyId }) => keyId),
  });
  return [
    ...keys.slice(0, 9).map(({ keyId }) => of("key", "keyId", keyId)),
    of("member", "memberId", "m3"),
    of("workspace", "workspaceId", "w3"),
  ];
}
