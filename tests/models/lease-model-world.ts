import type { LeaseTimes } from "@/lib/engine/leases/lease";
import { LeaseDatabase, type LeaseRow } from "./lease-database";
import { Chance, type Process, SimulatedTime } from "./simulated-time";

/** The rules of docs/decisions/014 that can be taken out, one at a time, to see that the model notices. */
export type Rule =
  | "memory hangs on a lease"
  | "a revocation waits"
  | "a lease is waited out whole"
  | "a repeat waits as well"
  | "a join gives no lease"
  | "a lease counts from before it was asked for"
  | "clocks are read for each request"
  | "the wall clock counts as well"
  | "the monotonic clock counts as well"
  | "another life of the database voids what is known"
  | "after another life the longest lease is waited out"
  | "epochs are in commit order"
  | "what was overtaken is not remembered"
  | "forget first, extend then"
  | "a look-up never answers"
  | "a lost row ends the lease"
  | "a row stands still from when it was read"
  | "who missed the pruned log forgets all"
  | "no database clock judges a lease";

export type Outcome = {
  allows: number;
  denials: number;
  /** Allows of a key while its revocation was under way. */
  during: number;
  /** Allows that began after the revocation was answered: there must be none. */
  wrong: number;
  /** Allows that began after the same process had denied the same key: there must be none. */
  relapses: number;
  revocations: number;
  /** Revocations that every instance acknowledged. */
  acknowledged: number;
};

/** Short enough that a run of some seconds sees a failover out. */
export const times: LeaseTimes = { leaseMs: 2000, periodMs: 500, longestLeaseMs: 2500 };
const askTimeoutMs = 2000;

/** Mixed: pauses of seconds all the time. Calm: few of them, so that changes are acknowledged. Slow: everything takes long. */
export type Weather = "mixed" | "calm" | "slow";

export type Row = LeaseRow & { untilDatabaseMs: number };
export type Change = { scope: "key" | "member" | "workspace"; id: string; keys: string[] };

/** An instance, as far as those who change the database know it. */
export type Listener = {
  id: string;
  boot: number;
  deaf: boolean;
  wake(): Process;
  apply(change: { epoch: number; timeline: string }): Process<boolean>;
  restart(within: number): void;
};

/** The database, and the network before it. */
export class World {
  readonly time = new SimulatedTime();
  readonly chance: Chance;
  readonly outcome: Outcome = {
    allows: 0,
    denials: 0,
    during: 0,
    wrong: 0,
    relapses: 0,
    revocations: 0,
    acknowledged: 0,
  };
  readonly keys = Array.from({ length: 12 }, (_, index) => ({
    keyId: `k${index}`,
    memberId: `m${index % 6}`,
    workspaceId: `w${index % 4}`,
  }));
  readonly database = new LeaseDatabase<Row>();
  readonly revoked = new Set<string>();
  clockStep = 0;
  /** Keys of which a revocation was asked for, and when the first was answered. */
  readonly asked = new Set<string>();
  readonly answered = new Map<string, number>();
  readonly instances: Listener[] = [];

  constructor(
    seed: number,
    readonly weather: Weather,
    private readonly removed: Rule | null,
  ) {
    this.chance = new Chance(seed);
  }

  without(rule: Rule): boolean {
    return this.removed === rule;
  }

  /** One way through the network: mostly quick, now and then seconds. */
  travel(): number {
    const slow = { mixed: 0.03, calm: 0.04, slow: 0.15 }[this.weather];
    return this.chance.of(slow) ? this.chance.between(5, 2500) : this.chance.pick([0.3, 0.5, 1, 3]);
  }

  work(): number {
    return this.chance.of(this.weather === "slow" ? 0.1 : 0.03)
      ? this.chance.between(10, 1500)
      : this.chance.pick([0.2, 0.5, 2, 8]);
  }

  /**
   * A statement: `read` sees its snapshot, what it returns is done at the end. Who waits longer than two seconds gives up; the
   * statement may be carried out all the same. Null where there was no answer.
   */
  *ask<Result>(read: () => () => Result): Process<Result | null> {
    const [there, working, back] = [this.travel(), this.work(), this.travel()];
    if (there + working + back > askTimeoutMs) {
      this.time.start(this.carryOut(read, there, working) as Process);
      yield askTimeoutMs;
      return null;
    }
    const result = yield* this.carryOut(read, there, working);
    yield back;
    return result;
  }

  private *carryOut<Result>(
    read: () => () => Result,
    there: number,
    working: number,
  ): Process<Result | null> {
    yield there;
    const { database } = this;
    const { timeline } = database;
    const finish = read();
    yield working;
    return timeline === database.timeline ? finish() : null;
  }

  /** An instance decided about a key, for a request that began at `began`. */
  decided(key: string, began: number, allowed: boolean, denied: Map<string, number>): void {
    if (!allowed) {
      this.outcome.denials += 1;
      if (!denied.has(key)) denied.set(key, this.time.now);
      return;
    }
    this.outcome.allows += 1;
    const answered = this.answered.get(key);
    if (answered === undefined) this.outcome.during += this.asked.has(key) ? 1 : 0;
    else if (began > answered) this.outcome.wrong += 1;
    if (began > (denied.get(key) ?? Number.POSITIVE_INFINITY)) this.outcome.relapses += 1;
  }
}
