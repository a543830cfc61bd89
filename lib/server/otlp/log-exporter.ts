import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Logger } from "pino";
import type { AccessLogWriter } from "@/lib/engine/log/access-log-writer";
import { DeadSources } from "./dead-sources";
import { ExportSource } from "./export-source";
import type { OtlpClient } from "./otlp-client";

/** How long entries wait, so that many are sent together. */
const pauseMs = 1000;
/** The longest text of a request, before it is compressed to a tenth. Collectors take 20 MB by default. */
const longestRequest = 2 << 20;
/** A receiver that takes less is sent less, but not less than this. */
const shortestRequest = 64 << 10;
/** How much a crash can send twice. Storing the position waits for the disk. */
const saveMs = 1000;
/** So much is sent without a pause. */
const muchBytes = 64 << 10;
const firstRetryMs = 1000;
const longestRetryMs = 30_000;
/** A receiver can't ask us to wait for longer. */
const longestRetryAfterMs = 600_000;
/** How long stopping goes on sending. */
const stopMs = 5000;
/** A state that lasts is logged once in this time. */
const logMs = 60_000;

export type ExporterSettings = {
  accessLog: AccessLogWriter;
  spoolFolder: string;
  keptBytes: number;
  /** The folders of dead writers' spools on this disk. */
  findDeadSpools(): Promise<string[]>;
};

/** Why entries never arrive. */
const lossReasons = {
  full: "more of them waited than ACCESS_LOG_EXPORT_MEGABYTES",
  gone: "their files were deleted",
  refused: "the receiver refused them",
  unreadable: "they could not be read",
} as const;
type LossReason = keyof typeof lossReasons;

/**
 * Sends the access log over OTLP, from the spools on this disk: that of this process, and those of dead ones. At least once: a spool's
 * files are kept until its entries are accepted, refused, or too many wait. What is lost is logged, counted and reported to the receiver.
 * Nothing that a decision does waits for it.
 */
export class LogExporter {
  /** Requests by result. */
  readonly requests = { accepted: 0, retry: 0, refused: 0 };
  readonly lost: Record<LossReason, number> = { full: 0, gone: 0, refused: 0, unreadable: 0 };
  sent = 0;
  /** Unix seconds. */
  lastAcceptedAt = 0;

  private readonly own: ExportSource;
  private readonly dead: DeadSources;
  private readonly abort = new AbortController();
  private readonly wake = new AbortController();
  private readonly loggedAt = new Map<string, number>();
  private limit = longestRequest;
  private failures = 0;
  private running: Promise<void> | null = null;
  private stopping = false;

  constructor(
    private readonly client: OtlpClient,
    private readonly log: Logger,
    private readonly settings: ExporterSettings,
  ) {
    const { accessLog, spoolFolder, findDeadSpools } = settings;
    const folder = path.join(spoolFolder, accessLog.writerId);
    this.own = new ExportSource(accessLog.writerId, folder, accessLog.spool.reader(0), [], () => {});
    accessLog.spool.keptAfter = 0;
    this.dead = new DeadSources(
      findDeadSpools,
      ({ lost }) => {
        for (const range of lost.splice(0)) this.own.lose(range);
      },
      ({ message }) =>
        this.warn(
          "dead",
          { error: message },
          "taking over the spools of dead writers failed and is tried again; if that repeats, see whether this user may write to DATA_DIR",
        ),
    );
  }

  start(): void {
    this.running = this.run();
  }

  /** Sends what is left, for a few seconds at most. The rest stays on disk for the next start. Stop before the access log closes. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.wake.abort();
    const timer = setTimeout(() => this.abort.abort(), stopMs);
    await this.running;
    clearTimeout(timer);
    await this.dead.stop();
    await this.client.close();
  }

  /** Entries of this process that wait. */
  get waiting(): number {
    return this.settings.accessLog.appendedSeq - this.own.reader.seq;
  }

  /** How much of the disk waits. */
  get waitingBytes(): number {
    return this.sources.reduce((sum, { reader }) => sum + reader.bytes, 0);
  }

  private get sources(): ExportSource[] {
    return [...this.dead.all, this.own];
  }

  private async run(): Promise<void> {
    while (!this.abort.signal.aborted) {
      try {
        if (!this.stopping) this.dead.adopt();
        await this.dropBeyondLimit();
        let isMore = false;
        for (const source of this.sources) isMore = (await this.sendNext(source)) || isMore;
        if (this.stopping && (!isMore || this.failures > 0)) return;
        if (!isMore) await this.rest(pauseMs);
      } catch (error) {
        this.warn(
          "failed",
          { error: (error as Error).message },
          "sending the access log over OTLP failed and is tried again; if that repeats, look for the cause in the error. Entries wait on disk up to ACCESS_LOG_EXPORT_MEGABYTES",
        );
        if (this.stopping) return;
        await this.rest(firstRetryMs);
      }
    }
  }

  /** @returns Whether there may be more to send at once. */
  private async sendNext(source: ExportSource): Promise<boolean> {
    const { reader, writer } = source;
    // Read this before the spool: everything appended so far is in the spool, or its file is gone.
    const appendedSeq = source === this.own ? this.settings.accessLog.appendedSeq : 0;
    const missing = source.findMissing(appendedSeq);
    if (missing) this.lose(source, missing.first, missing.last, "gone");
    const request = await source.next(this.limit);
    if (!request) {
      if (source === this.own) return false;
      await this.own.save();
      await this.dead.finish(source);
      return false;
    }
    const reported = source.lost.length;
    const answer = await this.client.send(
      request.records,
      { "service.instance.id": writer },
      this.abort.signal,
    );
    this.requests[answer.result] += 1;
    if (answer.result === "accepted") {
      if (this.failures > 0) this.log.info("the OTLP receiver takes the access log again");
      this.failures = 0;
      this.lastAcceptedAt = Date.now() / 1000;
      source.lost.splice(0, reported);
      if (answer.rejected > 0 || answer.message !== "")
        this.warn(
          "partial",
          answer,
          "the OTLP receiver did not take all entries; its log says why. PostgreSQL has them: export them from there",
        );
      this.lost.refused += answer.rejected;
      this.sent += request.count - answer.rejected;
      for (const seq of request.unreadable) this.lose(source, seq, seq, "unreadable");
    } else if (answer.result === "refused" && answer.status === 413 && this.shrink()) return true;
    else {
      this.failures += 1;
      this.warn(
        answer.result,
        { error: answer.error },
        "the OTLP receiver did not take the access log; see whether it runs, and whether OTEL_EXPORTER_OTLP_ENDPOINT and its headers are right. Entries wait on disk up to ACCESS_LOG_EXPORT_MEGABYTES",
      );
      if (answer.result === "retry") {
        await this.restAfterFailure(answer.afterMs);
        return true;
      }
      if (request.batch) this.lose(source, request.batch.firstSeq, request.lastSeq, "refused");
      else source.lost.splice(0, reported);
    }
    if (request.batch) reader.pass(request.batch, request.lastSeq);
    const isMuch = reader.bytes >= muchBytes;
    if (!isMuch || performance.now() - source.savedAt > saveMs) await this.save(source);
    if (answer.result === "refused") await this.restAfterFailure(null);
    return this.stopping || isMuch;
  }

  /** All that is lost is remembered in the own folder, so a dead writer's can be deleted. */
  private async save(source: ExportSource): Promise<void> {
    await this.own.save();
    if (source === this.own) this.settings.accessLog.spool.keptAfter = source.reader.seq;
    else await source.save();
  }

  /** The oldest entries give way, and those of dead writers first. */
  private async dropBeyondLimit(): Promise<void> {
    let excess = this.waitingBytes - this.settings.keptBytes;
    for (const source of this.sources) {
      const { reader } = source;
      const first = reader.seq + 1;
      while (excess > 0) {
        const before = reader.bytes;
        if (!reader.skipFile() && (source === this.own || !reader.skipRest())) break;
        excess -= before - reader.bytes;
      }
      if (reader.seq < first) continue;
      this.lose(source, first, reader.seq, "full");
      await this.save(source);
    }
  }

  private lose(source: ExportSource, first: number, last: number, reason: LossReason): void {
    this.lost[reason] += last - first + 1;
    const range = { writer: source.writer, first, last, reason: lossReasons[reason] };
    this.own.lose(range);
    this.warn(
      `lost ${reason}`,
      { ...range },
      "entries of the access log will not be sent over OTLP. PostgreSQL has them: export them from there. If too many waited, raise ACCESS_LOG_EXPORT_MEGABYTES",
    );
  }

  private shrink(): boolean {
    if (this.limit <= shortestRequest) return false;
    this.limit /= 2;
    return true;
  }

  /** Exponential, with jitter: a second at first, half a minute in the end. */
  private async restAfterFailure(afterMs: number | null): Promise<void> {
    const delay = Math.min(firstRetryMs * 2 ** Math.min(this.failures - 1, 10), longestRetryMs);
    const asked = Math.min(afterMs ?? 0, longestRetryAfterMs);
    const until = performance.now() + Math.max(delay * (1 - Math.random() / 2), asked);
    while (performance.now() < until && !this.stopping) {
      await this.rest(Math.min(pauseMs, until - performance.now()));
      await this.dropBeyondLimit();
    }
  }

  private async rest(ms: number): Promise<void> {
    await wait(ms, undefined, { signal: this.wake.signal, ref: false }).catch(() => {});
  }

  private warn(state: string, facts: object, message: string): void {
    const now = performance.now();
    if (now - (this.loggedAt.get(state) ?? Number.NEGATIVE_INFINITY) < logMs) return;
    this.loggedAt.set(state, now);
    this.log.warn(facts, message);
  }
}
