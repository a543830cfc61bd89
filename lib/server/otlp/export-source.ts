import path from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { SpoolReader } from "@/lib/engine/log/spool-reader";
import { type Batch, closeSegments, openSegments } from "@/lib/engine/log/spool-segments";
import { entryRecord } from "./entry-record";
import { readExportState, writeExportState } from "./export-state";
import { type LostRange, lostRecord } from "./log-records";

/** Lines encoded at once, so that decisions don't wait for long. */
const linesATurn = 100;
/** Enough to read one frame, if not more. */
const oneFrameBytes = 4096;
/** How much longer the JSON of an entry is than its line, about. */
const growth = 6;
/** Ranges that are remembered until they are reported. */
const mostRanges = 1000;

export type ExportRequest = {
  records: string;
  batch: Batch | null;
  /** The last entry of the batch that is in it, and how many are. */
  lastSeq: number;
  count: number;
  /** Those that aren't in it, although they are before the last. */
  unreadable: number[];
};

/** The entries of one writer on their way to the receiver. */
export class ExportSource {
  savedAt = Number.NEGATIVE_INFINITY;
  /** Lost and not reported yet. */
  readonly lost: LostRange[];

  constructor(
    readonly writer: string,
    readonly folder: string,
    readonly reader: SpoolReader,
    lost: LostRange[],
    readonly close: () => void,
  ) {
    this.lost = lost;
  }

  static ofDeadWriter(folder: string): ExportSource {
    const { seq, lost } = readExportState(folder);
    const segments = openSegments(folder);
    const close = () => closeSegments(segments);
    return new ExportSource(path.basename(folder), folder, new SpoolReader(segments, seq), lost, close);
  }

  /**
   * Skips entries that can't be read any more, because their files are gone.
   * @param appendedSeq The last entry that must be there.
   */
  findMissing(appendedSeq: number): { first: number; last: number } | null {
    const first = this.reader.seq + 1;
    const next = this.reader.next(oneFrameBytes);
    const last = next ? next.firstSeq - 1 : appendedSeq;
    if (last < first) return null;
    this.reader.skipTo(last);
    return { first, last };
  }

  /** The next request, of about `limit` characters at most. Null when there is nothing to send. */
  async next(limit: number): Promise<ExportRequest | null> {
    const batch = this.reader.next(limit / growth);
    const records = this.lost.map((range) => lostRecord(range));
    const reported = records.length;
    const unreadable: number[] = [];
    let lastSeq = (batch?.firstSeq ?? 1) - 1;
    let length = 0;
    for (const line of batch?.lines.toString().split("\n", batch.count) ?? []) {
      if (lastSeq % linesATurn === 0) await nextTurn();
      const record = entryRecord(line);
      if (record && length > 0 && length + record.length > limit) break;
      lastSeq += 1;
      if (record) records.push(record);
      else unreadable.push(lastSeq);
      length += record?.length ?? 0;
    }
    if (!batch && reported === 0) return null;
    return { records: records.join(), batch, lastSeq, count: records.length - reported, unreadable };
  }

  /** Remembers that entries are lost, also those of another writer, until a request that says so was accepted. */
  lose(range: LostRange): void {
    const { writer, first, last, reason } = range;
    const before = this.lost.at(-1);
    if (before?.writer === writer && before.reason === reason && before.last + 1 === first)
      before.last = last;
    else if (this.lost.length < mostRanges) this.lost.push(range);
  }

  async save(isDone = false): Promise<void> {
    this.savedAt = performance.now();
    await writeExportState(this.folder, { seq: this.reader.seq, lost: this.lost, isDone });
  }
}
