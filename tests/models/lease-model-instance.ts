import {
  applyReply,
  type Clocks,
  isLive,
  joinedLease,
  type Lease,
  type RenewalReply,
} from "@/lib/engine/leases/lease";
import { ModelMemory } from "./lease-model-memory";
import { times, type World } from "./lease-model-world";
import type { Process } from "./simulated-time";

/** How long a request waits for a renewal in flight. */
const requestWaitMs = 250;

/** Models LeaseKeeper in simulated time: the same steps, with the real rules. */
export class ModelInstance {
  boot = 0;
  id = "";
  deaf: boolean;
  lease: Lease | null = null;
  private renewals = 0;
  private renewing: object | null = null;
  private woken = false;
  private readonly memory: ModelMemory;
  private pausedAt = 0;
  private pausedUntil = 0;
  private slept = 0;
  private wallStep = 0;
  /** Its machine sleeps, or its wall clock is set. Never both, because one of the two clocks must be right. */
  private readonly sleeps: boolean;

  constructor(
    private readonly world: World,
    private readonly name: string,
  ) {
    this.deaf = world.chance.of(0.3);
    this.sleeps = world.chance.of(0.5);
    this.memory = new ModelMemory(world, this);
  }

  begin(): void {
    for (const process of [this.live(), this.faults(), this.memory.load()]) this.world.time.start(process);
  }

  /** Waits while the process is stopped. */
  *gate(): Process {
    while (this.world.time.now < this.pausedUntil) yield this.pausedUntil - this.world.time.now;
  }

  private clocks(): Clocks {
    return { mono: 100 + this.world.time.now - this.slept, wall: 1e6 + this.world.time.now + this.wallStep };
  }

  private *faults(): Process {
    const { world } = this;
    const { chance, time } = world;
    for (;;) {
      yield world.weather === "calm" ? chance.between(2000, 9000) : chance.between(300, 4000);
      const fault = chance.fraction();
      if (fault < 0.5) {
        const pause = chance.pick([50, 300, 1500, 2500, 4000]);
        this.pausedAt = time.now;
        this.pausedUntil = time.now + pause;
        if (this.sleeps && chance.of(0.5)) this.slept += pause;
      } else if (fault < 0.7) this.restart();
      else if (fault < 0.8 && !this.sleeps) this.wallStep += chance.pick([-3000, 3000]);
      else this.deaf = !this.deaf;
    }
  }

  /** Simulates kill -9 and a new process: memory is lost, the row remains. */
  restart(within = 1500): void {
    this.boot += 1;
    this.lease = null;
    this.renewing = null;
    this.memory.clear();
    this.world.time.start(this.live(), this.world.chance.between(1, within));
  }

  private *live(): Process {
    const { boot } = this;
    while (this.boot === boot) {
      yield* this.gate();
      yield* this.renew();
      yield times.periodMs;
    }
  }

  *wake(boot = this.boot): Process {
    yield* this.gate();
    if (this.boot !== boot) return;
    if (this.renewing) this.woken = true;
    else yield* this.renew();
  }

  /** The instance that made a change applies it itself. */
  *apply({ epoch, timeline }: { epoch: number; timeline: string }): Process<boolean> {
    const has = () => this.lease?.timeline === timeline && this.lease.applied >= epoch;
    for (let attempt = 0; attempt < 3 && !has(); attempt += 1) yield* this.renew();
    return has();
  }

  /** Renewals run one at a time; concurrent callers share one. */
  *renew(): Process {
    const { boot } = this;
    const shared = this.renewing;
    if (shared) {
      const patience = this.world.time.now + requestWaitMs;
      while (this.renewing === shared && this.world.time.now < patience) yield 5;
      return yield* this.gate();
    }
    const turn = {};
    this.renewing = turn;
    const advanced = yield* this.renewOnce(boot);
    if (this.boot !== boot) return;
    this.renewing = null;
    if (advanced || this.woken) this.world.time.start(this.wake(), this.woken ? 0 : 3);
    this.woken = false;
  }

  private *renewOnce(boot: number): Process<boolean> {
    const { world } = this;
    if (!this.lease) yield* this.join(boot);
    const { lease, id } = this;
    if (this.boot !== boot || !lease) return false;
    this.renewals += 1;
    const { renewals } = this;
    const { applied, timeline } = lease;
    const sent = this.clocks();
    const reply = yield* world.ask((): (() => RenewalReply) => {
      const read = {
        ...world.database.readChanges(applied),
        ...(world.without("missing pruned changes clears memory") && { prunedTo: 0 }),
        databaseMs: 1e6 + world.time.now + world.clockStep,
      };
      return () => {
        const row = world.database.acknowledge({ id, renewal: renewals, applied, timeline });
        if (row) row.untilDatabaseMs = world.time.now + world.clockStep + times.leaseMs;
        return { held: row !== null || world.without("a lost row ends the lease"), ...read };
      };
    });
    yield* this.gate();
    if (this.boot !== boot || !reply) return false;
    const received = this.clocks();
    if (world.without("invalidations are applied before the lease is extended")) {
      lease.until = { mono: sent.mono + times.leaseMs, wall: sent.wall + times.leaseMs };
      yield world.chance.pick([1, 50, 800]);
      if (this.boot !== boot) return false;
    }
    const from = world.without("a lease counts from before it was requested") ? received : sent;
    const outcome = applyReply(lease, reply, from, received.mono, times);
    if (outcome === "rejoin") this.lease = null;
    return outcome !== "same";
  }

  private *join(boot: number): Process {
    const { world } = this;
    const sent = this.clocks();
    const id = `${this.name}${world.chance.fraction()}`;
    const joined = yield* world.ask(() => {
      const { timeline, epoch } = world.database;
      const read = { timeline, epoch };
      return () => {
        world.database.rows.set(id, {
          id,
          timeline: read.timeline,
          applied: 0,
          renewal: 0,
          leaseMs: times.leaseMs,
          untilDatabaseMs: world.time.now + world.clockStep + times.leaseMs,
        });
        return read;
      };
    });
    yield* this.gate();
    if (this.boot !== boot || !joined) return;
    this.id = id;
    this.renewals = 0;
    this.lease = joinedLease(joined.timeline);
    if (!world.without("joining grants no lease")) return;
    this.lease.applied = joined.epoch;
    this.lease.until = { mono: sent.mono + times.leaseMs, wall: sent.wall + times.leaseMs };
  }

  isLive(): boolean {
    const { world, lease } = this;
    if (world.without("memory decides only under a lease")) return lease !== null;
    if (!lease) return false;
    let { mono, wall } = this.clocks();
    if (world.without("clocks are read for each request") && world.time.now < this.pausedUntil + 6) {
      mono -= world.time.now - this.pausedAt;
      wall -= world.time.now - this.pausedAt;
    }
    if (world.without("the wall clock counts too")) wall = 0;
    if (world.without("the monotonic clock counts too")) mono = 0;
    return isLive(lease, mono, wall);
  }
}
