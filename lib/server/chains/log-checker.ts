import type { Hmac } from "node:crypto";
import { beginSeal, noSeal, type SealHeader, writerKey } from "@/lib/engine/log/batch-seal";
import { columnCount, type Line, withColumns } from "./sealed-lines";

export type BatchSeal = SealHeader & { writer: string; mac: Buffer };

/** The first wrong entries of a writer. */
export type LogFinding = {
  writer: string;
  firstSeq: number;
  lastSeq: number;
  problem: "changed" | "missing" | "added" | "cut_off";
};

/** The batch whose lines come now. */
type Open = {
  seal: BatchSeal;
  nextSeq: number;
  hmac: Hmac;
  /** Its lines can't be those that were sealed. */
  isOdd: boolean;
  /** Retention removed its first lines. */
  isOld: boolean;
};

/** What the checker has to know beside lines and seals. */
export type LogFacts = {
  key: Buffer;
  /** Retention removed lines from before this time, as text of a line. */
  keptSince: string;
  /** Entries from before this time may have no seal. */
  sealedSince: string;
  /** Nor may, for an hour longer, those of these writers: an instance of an earlier version may have run on after the upgrade. */
  earlierWriters: Set<string>;
  sealedByAllSince: string;
  /** Lines that PostgreSQL rejected, by writer and number. */
  rejected: Map<string, Buffer>;
  /** Seals of batches by writer and first number, in hexadecimal, from checkpoints. */
  known: Map<string, Map<number, string>>;
};

/** Compares lines with seals. Both come sorted by writer and number. */
export class LogChecker {
  readonly findings: LogFinding[] = [];
  entries = 0;
  writers = 0;
  /** Numbers that no seal covers, although later ones are sealed: entries that were lost with a process's disk. */
  lost = 0;
  private readonly wrong = new Set<string>();
  private open: Open | null = null;
  private upcoming: BatchSeal | null = null;
  private readonly lasts = new Map<string, number>();
  private last: BatchSeal | null = null;
  private key: { writer: string; key: Buffer } = { writer: "", key: noSeal };

  constructor(
    private readonly facts: LogFacts,
    private readonly nextSeal: () => Promise<BatchSeal | null>,
  ) {}

  async start(): Promise<void> {
    this.upcoming = await this.nextSeal();
  }

  /** Whether `take` can take the line at once. If not, call `reach` before. */
  isNext({ writer, seq }: Line): boolean {
    return this.open !== null && this.open.nextSeq === seq && this.open.seal.writer === writer;
  }

  /** Takes lines that follow one another in the open batch. @param count How many there are. */
  take(bytes: Buffer, count: number): void {
    const open = this.open as Open;
    this.entries += count;
    if (open.seal.columns >= columnCount) open.hmac.update(bytes);
    else
      for (let start = 0; start < bytes.length; ) {
        const end = bytes.indexOf(10, start) + 1;
        const line = withColumns(bytes.subarray(start, end), open.seal.columns);
        if (line) open.hmac.update(line);
        else open.isOdd = true;
        start = end;
      }
    open.nextSeq += count;
    if (open.nextSeq === endOf(open.seal)) this.finish();
  }

  /** How many lines the open batch still expects. */
  get expected(): number {
    return this.open ? endOf(this.open.seal) - this.open.nextSeq : 0;
  }

  /** Moves on to the batch of a line. @returns false if no seal covers the line. */
  async reach({ writer, seq }: Line, at: string): Promise<boolean> {
    if (this.open && !isWithin(this.open.seal, writer, seq)) this.finish();
    while (!this.open && this.upcoming && !isAfter(this.upcoming, writer, seq)) {
      await this.openNext();
      if (!isWithin((this.open as unknown as Open).seal, writer, seq)) this.finish();
    }
    const open = this.open as Open | null;
    if (!open) {
      this.entries += 1;
      const { sealedSince, sealedByAllSince, earlierWriters } = this.facts;
      const isEarlier = at < (earlierWriters.has(writer) ? sealedByAllSince : sealedSince);
      if (!isEarlier || this.lasts.has(writer)) this.find(writer, seq, seq, "added");
      return false;
    }
    if (seq < open.nextSeq) {
      this.find(writer, seq, seq, "added");
      return false;
    }
    if (seq > open.nextSeq) {
      // The first lines of a batch may be older than the retention.
      const isOld = open.nextSeq === open.seal.firstSeq && open.seal.firstAt < this.facts.keptSince;
      if (!isOld) this.find(writer, open.nextSeq, seq - 1, "missing");
      open.nextSeq = seq;
      if (isOld) open.isOld = true;
      else open.isOdd = true;
    }
    return true;
  }

  async end(drained: Map<string, number>): Promise<void> {
    if (this.open) this.finish();
    while (this.upcoming) {
      await this.openNext();
      this.finish();
    }
    for (const [writer, seq] of drained) {
      const last = this.lasts.get(writer);
      if (last !== undefined && last < seq) this.find(writer, last + 1, seq, "cut_off");
    }
    for (const [writer, heads] of this.facts.known) {
      const end = this.lasts.get(writer) ?? 0;
      const latest = Math.max(...heads.keys());
      if (latest > end) this.find(writer, end + 1, latest, "cut_off");
    }
  }

  private async openNext(): Promise<void> {
    const seal = this.upcoming as BatchSeal;
    const isSame = this.last?.writer === seal.writer;
    const previous = isSame ? (this.last as BatchSeal).mac : noSeal;
    if (isSame) this.lost += seal.firstSeq - endOf(this.last as BatchSeal);
    else this.writers += 1;
    if (this.key.writer !== seal.writer)
      this.key = { writer: seal.writer, key: writerKey(this.facts.key, seal.writer) };
    this.open = {
      ...{ seal, nextSeq: seal.firstSeq, isOdd: false, isOld: false },
      hmac: beginSeal(this.key.key, previous, seal),
    };
    this.last = seal;
    this.upcoming = await this.nextSeal();
  }

  private finish(): void {
    const { seal, nextSeq } = this.open as Open;
    const problem = this.problemOf(this.open as Open);
    this.open = null;
    this.lasts.set(seal.writer, endOf(seal) - 1);
    if (problem)
      this.find(seal.writer, problem === "missing" ? nextSeq : seal.firstSeq, endOf(seal) - 1, problem);
  }

  private problemOf({ seal, nextSeq, hmac, isOdd, isOld }: Open): LogFinding["problem"] | null {
    const { writer, firstSeq } = seal;
    const known = this.facts.known.get(writer)?.get(firstSeq);
    if (known !== undefined && known !== seal.mac.toString("hex")) return "changed";
    const rejected = nextSeq === firstSeq && this.facts.rejected.get(`${writer}:${firstSeq}`);
    if (rejected && seal.count === 1) hmac.update(rejected);
    else if (nextSeq === firstSeq) return seal.lastAt < this.facts.keptSince ? null : "missing";
    else if (nextSeq < endOf(seal)) return "missing";
    // If retention removed the first lines, the seal can't be computed any more.
    if (isOld) return null;
    return isOdd || !hmac.digest().equals(seal.mac) ? "changed" : null;
  }

  private find(writer: string, firstSeq: number, lastSeq: number, problem: LogFinding["problem"]): void {
    if (this.wrong.has(writer)) return;
    this.wrong.add(writer);
    this.findings.push({ writer, firstSeq, lastSeq, problem });
  }
}

function endOf({ firstSeq, count }: SealHeader): number {
  return firstSeq + count;
}

function isWithin(seal: BatchSeal, writer: string, seq: number): boolean {
  return seal.writer === writer && seal.firstSeq <= seq && seq < endOf(seal);
}

/** Whether all of a batch comes after a line. */
function isAfter(seal: BatchSeal, writer: string, seq: number): boolean {
  return seal.writer > writer || (seal.writer === writer && seal.firstSeq > seq);
}
