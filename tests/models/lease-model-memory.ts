import { isFresh, type Lease, type Provenance } from "@/lib/engine/leases/lease";
import type { World } from "./lease-model-world";
import type { Process } from "./simulated-time";

type Entry = Provenance & { allowed: boolean; readAt: number };

/** The instance that this memory belongs to. */
type LeaseHolder = {
  boot: number;
  lease: Lease | null;
  isLive(): boolean;
  gate(): Process;
  renew(): Process;
};

/** Models KeyCache in simulated time. */
export class ModelMemory {
  private readonly entries = new Map<string, Entry>();
  private readonly pendingLookups = new Map<string, { entry: Entry | null; over: boolean }>();
  /** When this process first denied a key. */
  private readonly denied = new Map<string, number>();
  private highestEpoch = 0;

  constructor(
    private readonly world: World,
    private readonly instance: LeaseHolder,
  ) {}

  clear(): void {
    this.highestEpoch = 0;
    for (const known of [this.entries, this.pendingLookups, this.denied]) known.clear();
  }

  /** Sends requests continuously. */
  *load(): Process {
    const { chance, keys, time } = this.world;
    for (;;) {
      yield chance.pick([5, 20, 40]);
      time.start(this.request(chance.pick(keys).keyId));
    }
  }

  private *request(key: string): Process {
    const { world, instance } = this;
    const { boot } = instance;
    const began = world.time.now;
    yield* this.instance.gate();
    for (let attempt = 0; attempt < 3 && this.instance.boot === boot; attempt += 1) {
      if (!this.instance.isLive()) yield* this.instance.renew();
      if (this.instance.boot !== boot || !this.instance.isLive()) return;
      if (world.chance.of(0.03)) this.entries.delete(key);
      const entry = this.entries.get(key);
      if (entry && this.isUsable(entry)) return world.decided(key, began, entry.allowed, this.denied);
      const straight = yield* this.look(key, boot);
      if (this.instance.boot !== boot) return;
      if (straight) return world.decided(key, began, straight.allowed, this.denied);
    }
  }

  private isUsable(entry: Entry): boolean {
    if (this.world.without("memory decides only under a lease"))
      return this.world.time.now < entry.readAt + 5000;
    return this.instance.lease !== null && isFresh(this.instance.lease, entry);
  }

  /** Fills the memory. Returns a record only when the rule that look-ups never answer is removed. */
  private *look(key: string, boot: number): Process<Entry | null> {
    const { world } = this;
    let lookup = this.pendingLookups.get(key);
    if (lookup) while (!lookup.over && this.instance.boot === boot) yield 5;
    else {
      lookup = { entry: null, over: false };
      this.pendingLookups.set(key, lookup);
      lookup.entry = yield* world.ask(() => {
        const provenance = world.keys.find(({ keyId }) => keyId === key) ?? null;
        const { epoch, timeline } = world.database;
        const entry = {
          timeline,
          epoch,
          hash: key,
          key: provenance,
          allowed: !world.revoked.has(key),
          readAt: world.time.now,
        };
        return () => entry;
      });
      yield* this.instance.gate();
      if (this.instance.boot !== boot) return null;
      lookup.over = true;
      this.pendingLookups.delete(key);
      if (lookup.entry) this.keep(lookup.entry);
    }
    yield* this.instance.gate();
    return world.without("a look-up never answers") ? lookup.entry : null;
  }

  private keep(entry: Entry): void {
    const { world } = this;
    const { lease } = this.instance;
    if (!lease || entry.timeline !== lease.timeline) return;
    if (world.without("a late look-up is not stored"))
      entry.epoch = Math.max(entry.epoch, this.highestEpoch, lease.applied);
    if (entry.epoch < this.highestEpoch) return;
    this.highestEpoch = entry.epoch;
    if (world.without("memory decides only under a lease") || isFresh(lease, entry))
      this.entries.set(entry.hash, entry);
  }
}
