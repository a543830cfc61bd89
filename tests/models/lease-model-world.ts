import type { LeaseTimes } from "@/lib/engine/leases/lease";
import { LeaseDatabase, type LeaseRow } from "./lease-database";
import { Chance, type Process, SimulatedTime } from "./simulated-time";

/** The rules of docs/decisions/014 that can be removed, one at a time, to prove that the model detects it. */
export type Rule =
  | "memory decides only under a lease"
  | "a revocation waits"
  | "the whole lease is waited for"
  | "a repeated revocation waits too"
  | "joining grants no lease"
  | "a lease counts from before it was requested"
  | "clocks are read for each request"
  | "the wall clock counts too"
  | "the monotonic clock counts too"
  | "a new timeline invalidates memory"
  | "after a new timeline the longest lease is waited for"
  | "epochs are in commit order"
  | "a late look-up is not stored"
  | "invalidations are applied before the lease is extended"
  | "a look-up never answers"
  | "a lost row ends the lease"
  | "a row's age counts from when it was read"
  | "missing pruned changes clears memory"
  | "the database's clock doesn't judge leases";

export type Outcome = {
  allows: number;
  denials: number;
  /** How often a key was allowed while its revocation was in progress. */
  during: number;
  /** How often a request that began after the revocation was confirmed was allowed. Must be 0. */
  wrong: number;
  /** How often a request that began after the same process had denied the key was allowed. Must be 0. */
  relapses: number;
  revocations: number;
  /** How many revocations every instance acknowledged. */
  acknowledged: number;
};

/** Short, so that a run of some seconds outlasts a failover. */
export const times: LeaseTimes = { leaseMs: 2000, periodMs: 500, longestLeaseMs: 2500 };
const askTimeoutMs = 2000;

/** Mixed: frequent pauses of seconds. Calm: few pauses, so that changes are acknowledged. Slow: everything takes long. */
export type Weather = "mixed" | "calm" | "slow";

export type Row = LeaseRow & { untilDatabaseMs: number };
export type Change = { scope: "key" | "member" | "workspace"; id: string; keys: string[] };

/** An instance, as the processes that change the database see it. */
export type Listener = {
  id: string;
  boot: number;
  deaf: boolean;
  wake(): Process;
  apply(change: { epoch: number; timeline: string }): Process<boolean>;
  restart(within: number): void;
};

/** The database and the network. */
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
  /** Keys whose revocation was requested, and when the first request was confirmed. */
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

  /** The delay of one trip through the network: mostly short, sometimes seconds. */
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
   * Runs a statement: `read` sees the snapshot, and the function that it returns runs at commit. The caller gives up after two
   * seconds and gets null; the statement may still be executed.
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

  /** Records an instance's decision about a key, for a request that began at `began`. */
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
