import { setMaxListeners } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import type { Logger } from "pino";
import { deliveryCounts } from "./delivery-counts";
import { type DueDelivery, giveBack, type HeldDeliveries, readVersions, takeDue } from "./delivery-store";
import { Lane } from "./lane";
import { OutcomeWriter } from "./outcome-writer";
import { failedAttempt, postEvent } from "./post-event";
import { giveUpAfterMs, retryDelayMs } from "./retry-delay";
import { openSecret } from "./secret-seal";

/** How often to look for due deliveries while there are none. */
const pollMs = 250;
/**
 * Deliveries that are held here at once, until their outcome is stored, so that memory is bounded. Those of endpoints that failed
 * last or are slow have places of their own: however many endpoints are dead, the others keep theirs.
 */
const places = { healthy: 448, troubled: 64 };
/** How many to take of a subscription of which nothing is held. Its endpoint gets more once it has answered. */
const firstRoom = 2;
/** How long stopping waits for attempts that are under way, and then for the database. */
const stopMs = 3_000;

/**
 * Sends due deliveries. Every instance runs one; they share the work through the table. At least once: if the process dies, what it
 * had taken is taken again by another, also what was sent and not yet stored.
 */
export class Deliverer {
  private readonly lanes = new Map<string, Lane>();
  private readonly held = { healthy: 0, troubled: 0 };
  private readonly sending = new Set<Promise<void>>();
  private readonly writer: OutcomeWriter;
  private taking: Promise<void> | null = null;
  /** Something has ended since the look that is under way began. */
  private takeAgain = false;
  private versionsReadAt = 0;
  private timer: NodeJS.Timeout | null = null;
  private stopped = false;
  private readonly abort = new AbortController();

  constructor(private readonly log: Logger) {
    // One for each attempt that is under way.
    setMaxListeners(0, this.abort.signal);
    this.writer = new OutcomeWriter(log, this.abort.signal);
  }

  start(): void {
    this.schedule(0);
  }

  /** Takes no more, waits a moment for what is under way, and gives back the rest. Another instance sends it at once. */
  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
    const ended = (async () => {
      await this.taking;
      for (const lane of this.lanes.values()) this.giveBack(lane, lane.queue.splice(0));
      while (this.sending.size > 0) await Promise.all(this.sending);
      await this.writer.finish();
    })();
    await within(stopMs, ended);
    this.abort.abort();
    await within(stopMs, ended);
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
    this.takeAgain = true;
    if (this.taking || this.stopped) return;
    this.takeAgain = false;
    this.taking = this.takeSome()
      .then(
        (found) => this.schedule(found > 0 || this.takeAgain ? 0 : pollMs),
        (error: Error) => {
          this.log.warn(
            { error: error.message },
            "looking for events to deliver failed and is tried again; if that repeats, see whether the database is reachable",
          );
          this.schedule(pollMs * 4);
        },
      )
      .finally(() => {
        this.taking = null;
      });
  }

  private async takeSome(): Promise<number> {
    for (const [id, lane] of this.lanes) {
      this.giveBack(lane, lane.takeStuck());
      if (lane.held === 0 && !lane.isSlow()) this.lanes.delete(id);
    }
    await this.giveBackChanged();
    const room = {
      healthy: Math.max(0, places.healthy - this.held.healthy),
      troubled: Math.max(0, places.troubled - this.held.troubled),
    };
    if (room.healthy + room.troubled === 0) return 0;
    const held: HeldDeliveries[] = [...this.lanes].map(([subscriptionId, lane]) => ({
      subscriptionId,
      held: lane.held,
      room: lane.room(firstRoom),
      isSlow: lane.isSlow(),
    }));
    const due = await takeDue(held, firstRoom, room);
    for (const delivery of due) {
      this.held[placeOf(delivery)] += 1;
      const lane = this.lanes.get(delivery.subscriptionId) ?? new Lane(delivery.version);
      this.lanes.set(delivery.subscriptionId, lane);
      lane.add(delivery);
    }
    if (this.stopped) return 0;
    for (const lane of new Set(due.map(({ subscriptionId }) => this.lanes.get(subscriptionId) as Lane)))
      this.sendNext(lane);
    return due.length;
  }

  /** A pause, another endpoint and another secret count for what waits here, too. Another endpoint starts as one that is new. */
  private async giveBackChanged(): Promise<void> {
    if (this.lanes.size === 0 || performance.now() - this.versionsReadAt < pollMs) return;
    const versions = await readVersions([...this.lanes.keys()]);
    this.versionsReadAt = performance.now();
    for (const [id, lane] of this.lanes) {
      if (versions.get(id) === lane.version) continue;
      this.giveBack(lane, lane.queue.splice(0));
      this.lanes.delete(id);
    }
  }

  private giveBack(lane: Lane, deliveries: DueDelivery[]): void {
    if (deliveries.length === 0) return;
    const given = giveBack(deliveries)
      .catch((error: Error) =>
        this.log.warn(
          { error: error.message },
          "giving back deliveries failed; they are due again later. If that repeats, see whether the database is reachable",
        ),
      )
      .finally(() => {
        this.sending.delete(given);
        for (const delivery of deliveries) this.release(lane, delivery);
      });
    this.sending.add(given);
  }

  private release(lane: Lane, delivery: DueDelivery): void {
    const { subscriptionId } = delivery;
    this.held[placeOf(delivery)] -= 1;
    lane.held -= 1;
    if (this.lanes.get(subscriptionId) !== lane) return;
    if (lane.held === 0 && !lane.isSlow()) this.lanes.delete(subscriptionId);
    if (lane.wantsMore()) this.take();
  }

  private sendNext(lane: Lane): void {
    for (;;) {
      // Before next(): what it takes out must be sent.
      const delivery = this.stopped ? undefined : lane.next();
      if (!delivery) return;
      const sent = this.send(lane, delivery).finally(() => this.sending.delete(sent));
      this.sending.add(sent);
    }
  }

  /** Never throws. */
  private async send(lane: Lane, delivery: DueDelivery): Promise<void> {
    const { id, subscriptionId, eventId, body, endpointUrl, takenUntil, attemptCount } = delivery;
    const secrets = this.secretsOf(delivery);
    deliveryCounts.underWay += 1;
    const result = secrets
      ? await postEvent({ endpointUrl, eventId, body, secrets }, this.abort.signal)
      : failedAttempt("Keyward can’t decrypt the signing secret. Set another one.");
    deliveryCounts.underWay -= 1;
    lane.ended(result);
    if (result) {
      const { attempt, retryAfterMs } = result;
      const isDelivered = attempt.error === null;
      const isLast = delivery.triedForMs >= giveUpAfterMs;
      const status = isDelivered ? "delivered" : isLast ? "failed" : "pending";
      deliveryCounts.attempts[status] += 1;
      this.writer.add({
        outcome: {
          ...{ id, subscriptionId, endpointUrl, takenUntil, attempt, status },
          delayMs: isDelivered ? 0 : retryDelayMs(attemptCount + 1, retryAfterMs),
          retryAfterMs: isDelivered ? null : retryAfterMs,
        },
        whenStored: () => this.release(lane, delivery),
      });
    } else this.giveBack(lane, [delivery]);
    this.giveBack(lane, lane.takeStuck());
    this.sendNext(lane);
    if (lane.wantsMore()) this.take();
  }

  private secretsOf({ subscriptionId, sealedSecret, sealedPreviousSecret }: DueDelivery): Buffer[] | null {
    const current = openSecret(subscriptionId, sealedSecret);
    // Without it the current one still signs.
    const previous = sealedPreviousSecret && openSecret(subscriptionId, sealedPreviousSecret);
    if (current) return previous ? [current, previous] : [current];
    this.log.error(
      { subscriptionId },
      "a signing secret can't be decrypted, so its deliveries fail; use the ENCRYPTION_KEYS it was stored with, or let the workspace set a new secret",
    );
    return null;
  }
}

function placeOf({ isTroubled }: DueDelivery): keyof typeof places {
  return isTroubled ? "troubled" : "healthy";
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  const timer = new AbortController();
  await Promise.race([work, wait(ms, undefined, { signal: timer.signal }).catch(() => {})]);
  timer.abort();
}
