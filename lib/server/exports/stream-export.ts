import { randomUUID } from "node:crypto";
import type { ExportFormat } from "@/lib/contracts/export-format";
import { csvLine } from "./csv-line";
import { keepPlace, releasePlace, takePlace } from "./export-place";
import { oneAhead } from "./one-ahead";
import { textStream } from "./text-stream";

const askAgainMs = 500;

type Export<Row> = {
  workspaceId: string;
  /** The file's name, without its extension. */
  name: string;
  format: ExportFormat;
  /** Read one by one, as fast as the client takes them. */
  pages: () => AsyncIterable<Row[]>;
  /** The columns of CSV, and a row's values in their order. */
  columns: readonly string[];
  csv: (row: Row) => (string | number | null)[];
  json: (row: Row) => object;
  /** Whether the caller may still read this. Asked before each page is sent. */
  mayRead: () => Promise<boolean>;
};

/**
 * Rows as a file, with at most two pages of them in memory. NDJSON ends with `{"end": true, "rows": n}`; if anything fails, the connection is
 * cut, so that a partial file can't be mistaken for a complete one.
 * @throws AppError `rate_limit_exceeded` while the workspace has another export.
 */
export async function streamExport<Row>(source: Export<Row>): Promise<Response> {
  const id = randomUUID();
  await takePlace(source.workspaceId, id);
  const { format, name } = source;
  return new Response(
    textStream(exportedLines(source, id), () => releasePlace(id)),
    {
      headers: {
        "content-type": format === "csv" ? "text/csv; charset=utf-8; header=present" : "application/x-ndjson",
        "content-disposition": `attachment; filename="${name}.${format}"`,
        "cache-control": "no-store, no-transform",
        "x-accel-buffering": "no",
      },
    },
  );
}

async function* exportedLines<Row>(
  { format, pages, columns, csv, json, mayRead }: Export<Row>,
  id: string,
): AsyncGenerator<string> {
  const lineOf =
    format === "csv" ? (row: Row) => csvLine(csv(row)) : (row: Row) => `${JSON.stringify(json(row))}\n`;
  let askedAt = Number.NEGATIVE_INFINITY;
  let rows = 0;
  try {
    if (format === "csv") yield csvLine(columns);
    for await (const page of oneAhead(pages())) {
      if (page.length > 0 || performance.now() - askedAt > askAgainMs) {
        if (!(await mayRead()) || !(await keepPlace(id)))
          throw new Error("the export isn't allowed any more");
        askedAt = performance.now();
      }
      rows += page.length;
      if (page.length > 0) yield page.map(lineOf).join("");
    }
    if (format === "ndjson") yield `${JSON.stringify({ end: true, rows })}\n`;
  } finally {
    await releasePlace(id);
  }
}
