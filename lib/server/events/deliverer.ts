import type { Logger } from "pino";
import { unseal } from "../seal";
import {
  type AttemptOutcome,
  type DueDelivery,
  failingFrom,
  giveBack,
  mostAtOnce,
  storeAttempts,
  takeDue,
  takenForMs,
} from "./delivery-store";
import { pauseAfterFailures } from "./pause-subscription";
import { type AttemptResult, postEvent } from "./post-event";
import { giveUpAfterMs, retryDelayMs } from "./retry-delay";
import { secretSeal } from "./secret-seal";

/** How often to look for due deliveries while there are none. */
const pollMs = 250;
/** Deliveries that are under way or wait here, so that memory is bounded. */
const mostTaken = 256;
/** Taken before they can be sent, so that a fast endpoint never waits for the database. */
const ahead = 56;
/** A delivery that waited longer here is given back: its instance must be done with it before another may take it. */
const longestWaitMs = takenForMs - 15_000;
/** How long stopping waits for attempts that are under way. */
const stopMs = 3_000;

type Waiting = DueDelivery & { takenAt: number };
/** The deliveries of one subscription that this instance has. */
type Lane = { queue: Waiting[]; underWay: number; failures: number };

/**
 * Sends due deliveries. Every instance runs one; they share the work through the table. At least once: if the process dies, what it
 * had taken is taken again by another, also what was sent and not yet stored.
 */
export class Deliverer {
  private readonly lanes = new Map<string, Lane>();
  private taken = 0;
  private finished: AttemptOutcome[] = [];
  private storing: Promise<void> | null = null;
  private taking: Promise<void> | null = null;
  private timer: NodeJS.Timeout | null = null;
  private stopped = false;
  private readonly abort = new AbortController();
  private whenIdle: (() => void) | null = null;

  constructor(private readonly log: Logger) {}

  start(): void {
    this.schedule(0);
  }

  /** Takes no more, waits a moment for what is under way, and gives back the rest. */
  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
    await this.taking;
    const queued = [...this.lanes.values()].flatMap(({ queue }) => queue.splice(0));
    this.taken -= queued.length;
    const timeout = setTimeout(() => this.abort.abort(), stopMs);
    if (this.taken > 0)
      await new Promise<void>((resolve) => {
        this.whenIdle = resolve;
      });
    clearTimeout(timeout);
    while (this.storing) await this.storing;
    if (queued.length > 0) await giveBack(queued.map(({ id }) => id));
  }

  private schedule(ms: number): void {
    if (this.stopped) return;
    if (this.timer) clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = null;
      this.take();
    }, ms).unref();
  }

  private take(): void {
    if (this.taking || this.stopped) return;
    this.taking = this.takeSome()
      .then(
        (found) => this.schedule(found > 0 && this.taken < mostTaken ? 0 : pollMs),
        (error: Error) => {
          this.log.warn({ error: error.message }, "looking for events to deliver failed");
          this.schedule(pollMs * 4);
        },
      )
      .finally(() => {
        this.taking = null;
      });
  }

  private async takeSome(): Promise<number> {
    const room = mostTaken - this.taken;
    if (room <= 0) return 0;
    const busy = new Map([...this.lanes].map(([id, { queue, underWay }]) => [id, queue.length + underWay]));
    const due = await takeDue(busy, room, ahead);
    const takenAt = performance.now();
    this.taken += due.length;
    for (const delivery of due) {
      const lane = this.lanes.get(delivery.subscriptionId) ?? { queue: [], underWay: 0, failures: 0 };
      this.lanes.set(delivery.subscriptionId, lane);
      lane.queue.push({ ...delivery, takenAt });
    }
    for (const id of new Set(due.map(({ subscriptionId }) => subscriptionId))) this.sendNext(id);
    return due.length;
  }

  private sendNext(subscriptionId: string): void {
    const lane = this.lanes.get(subscriptionId) as Lane;
    this.giveBackLate(lane);
    while (lane.underWay < mostAtOnce && lane.queue.length > 0) {
      lane.underWay += 1;
      void this.send(lane, lane.queue.shift() as Waiting);
    }
    if (lane.underWay === 0 && lane.queue.length === 0) this.lanes.delete(subscriptionId);
  }

  /** What has waited too long, and everything of an endpoint that fails: the table knows when it is to be tried again. */
  private giveBackLate(lane: Lane): void {
    const oldest = performance.now() - longestWaitMs;
    const isLate = ({ takenAt }: Waiting) => takenAt < oldest || lane.failures >= failingFrom || this.stopped;
    const late = lane.queue.filter(isLate);
    if (late.length === 0) return;
    lane.queue = lane.queue.filter((waiting) => !late.includes(waiting));
    this.taken -= late.length;
    giveBack(late.map(({ id }) => id)).catch((error: Error) =>
      this.log.warn({ error: error.message }, "giving back deliveries failed; they are due again later"),
    );
  }

  private async send(lane: Lane, delivery: Waiting): Promise<void> {
    const { id, subscriptionId, eventId, body, endpointUrl, attemptCount } = delivery;
    const result = await postEvent(
      { endpointUrl, eventId, body, secrets: secretsOf(delivery) },
      this.abort.signal,
    );
    const isDelivered = result.attempt.error === null;
    lane.failures = isDelivered ? 0 : lane.failures + 1;
    const isLast = delivery.triedForMs >= giveUpAfterMs;
    this.store({
      id,
      subscriptionId,
      attempt: result.attempt,
      status: isDelivered ? "delivered" : isLast ? "failed" : "pending",
      delayMs: isDelivered ? 0 : retryDelayMs(attemptCount + 1, askedWait(result)),
    });
    lane.underWay -= 1;
    this.taken -= 1;
    this.sendNext(subscriptionId);
    if (this.taken === 0) this.whenIdle?.();
    else if (this.taken <= mostTaken / 2) this.take();
  }

  /** Attempts that end while others are being stored are stored together. */
  private store(outcome: AttemptOutcome): void {
    this.finished.push(outcome);
    this.storing ??= this.storeAll();
  }

  private async storeAll(): Promise<void> {
    // Attempts of the same turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.finished.length > 0) {
      const outcomes = this.finished.splice(0);
      try {
        await storeAttempts(outcomes);
        await pauseAfterFailures(outcomes);
      } catch (error) {
        this.log.warn(
          { error: (error as Error).message },
          "storing deliveries failed; they will be sent again",
        );
      }
    }
    // At once: an attempt that ends later must start the next round.
    this.storing = null;
  }
}

function askedWait({ attempt, retryAfterMs }: AttemptResult): number | null {
  return attempt.error === null ? null : retryAfterMs;
}

function secretsOf({ subscriptionId, sealedSecret, sealedPreviousSecret }: DueDelivery): Buffer[] {
  const sealed = sealedPreviousSecret ? [sealedSecret, sealedPreviousSecret] : [sealedSecret];
  return sealed.map((secret) => unseal(secret, secretSeal(subscriptionId)));
}
