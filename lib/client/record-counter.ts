import type { ExportFormat } from "@/lib/contracts/export-format";

const quote = 0x22;
const lineFeed = 0x0a;

/** Counts the records of a file that arrives in pieces. */
export type RecordCounter = {
  add(bytes: Uint8Array): void;
  /** Whole records so far, without the header of CSV and the last line of NDJSON. */
  rows(): number;
  /** @throws Error if the file isn't complete. */
  requireComplete(): void;
};

export function countRecords(format: ExportFormat): RecordCounter {
  return format === "csv" ? countCsv() : countNdjson();
}

/** A line break inside quotes belongs to the record. A quote within them is doubled, so the number of quotes tells. */
function countCsv(): RecordCounter {
  let lines = 0;
  let quoted = false;
  let last: number | undefined;
  return {
    add(bytes) {
      for (let index = 0; index < bytes.length; index += 1) {
        const byte = bytes[index];
        if (byte === quote) quoted = !quoted;
        else if (byte === lineFeed && !quoted) lines += 1;
      }
      last = bytes.at(-1) ?? last;
    },
    rows: () => Math.max(0, lines - 1),
    requireComplete() {
      if (lines === 0 || quoted || last !== lineFeed) throw new Error("the file ends within a record");
    },
  };
}

/** Each record is a line. The last one says how many there are: `{"end":true,"rows":2}`. */
function countNdjson(): RecordCounter {
  let lines = 0;
  /** The last whole line and what follows it. */
  let tail = "";
  const decoder = new TextDecoder();
  return {
    add(bytes) {
      for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) lines += 1;
      tail += decoder.decode(bytes, { stream: true });
      tail = tail.slice(tail.lastIndexOf("\n", tail.length - 2) + 1);
    },
    rows: () => Math.max(0, lines - (isEnd(tail) ? 1 : 0)),
    requireComplete() {
      const end = /^\{"end":true,"rows":(\d+)\}\n$/.exec(tail);
      if (!end || Number(end[1]) !== lines - 1) throw new Error("the file isn't complete");
    },
  };
}

function isEnd(line: string): boolean {
  return line.startsWith('{"end":true,');
}
