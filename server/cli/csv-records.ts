import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { CsvError, type Info, parse } from "csv-parse";
import type { ImportRecord } from "@/lib/server/keys/import-records";
import { prefixOf, type SourceDefaults } from "./import-sources";
import { decodeText, withUnixNewlines } from "./text-input";

const columns = [
  ...["sha256", "key", "name", "key_prefix", "key_suffix", "length", "permission_level", "permissions"],
  ...["metadata", "owner", "owner_email", "environment", "allowed_ips", "expires_at", "disabled"],
];
/** A quote that is never closed would otherwise take in the rest of the file. */
const maximumRecordLength = 64 * 1024;

/**
 * Reads CSV (RFC 4180), whose first line names the columns. Cells are separated by commas, semicolons or tabs, as in the first
 * line has. Every cell is text: a formula is not computed.
 * @throws Error with the number of the line if the text isn't CSV, or its first line doesn't name the columns.
 */
export async function* csvRecords(
  bytes: AsyncIterable<Uint8Array>,
  defaults: SourceDefaults,
): AsyncIterable<ImportRecord> {
  let header: string[] | undefined;
  for await (const { line, cells } of csvLines(bytes)) {
    if (header) yield { line, ...readCells(header, cells, defaults) };
    else header = readHeader(line, cells);
  }
  if (!header) throw new Error("The file is empty. Its first line names the columns.");
}

/** The lines that aren't empty, with the number at which each begins. */
async function* csvLines(bytes: AsyncIterable<Uint8Array>): AsyncIterable<{ line: number; cells: string[] }> {
  const { delimiter, text } = await findDelimiter(withUnixNewlines(decodeText(bytes)));
  // The parser's error discards records that the loop hasn't read, so the loop can't tell how far it came.
  let read = 0;
  const parser = parse({
    ...{ delimiter, record_delimiter: "\n", max_record_size: maximumRecordLength },
    ...{ info: true, relax_column_count: true, skip_empty_lines: true },
    on_record: (record, { lines }) => {
      read = lines;
      return record;
    },
  });
  // The loop below throws the parser's error, which becomes the source's as well.
  pipeline(Readable.from(text), parser).catch(() => {});
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: Info }>) {
      const newlines = record.reduce((sum, cell) => sum + cell.split("\n").length - 1, 0);
      if (record.some((cell) => cell.trim() !== "")) yield { line: info.lines - newlines, cells: record };
    }
  } catch (error) {
    throw error instanceof CsvError ? new Error(sentenceOf(error, read)) : error;
  }
}

/** The parser's own messages quote the text, which may be a secret. */
function sentenceOf(error: CsvError, read: number): string {
  const after = "Correct it and import the file again: keys that exist are skipped.";
  if (error.code === "CSV_QUOTE_NOT_CLOSED" || error.code === "CSV_MAX_RECORD_SIZE")
    return `line ${read + 1}: A quote isn't closed, or the line is too long. ${after}`;
  return `line ${error.lines}: A quote is in a wrong place. Put the cell in quotes and double the quotes in it. ${after}`;
}

/** Which of the usual delimiters the first line has most of. */
async function findDelimiter(
  text: AsyncIterable<string>,
): Promise<{ delimiter: string; text: AsyncIterable<string> }> {
  const chunks = text[Symbol.asyncIterator]();
  let start = "";
  let next = await chunks.next();
  while (!next.done && !start.trimStart().includes("\n") && start.length < maximumRecordLength) {
    start += next.value;
    next = await chunks.next();
  }
  const [line = ""] = start.trimStart().split("\n", 1);
  const times = (one: string) => line.split(one).length;
  const [delimiter = ","] = [",", ";", "\t"].sort((one, other) => times(other) - times(one));
  async function* all() {
    yield start;
    for (; !next.done; next = await chunks.next()) yield next.value;
  }
  return { delimiter, text: all() };
}

/** Doesn't quote what it can't read: a file without a header begins with a key. */
function readHeader(line: number, cells: string[]): string[] {
  const header = cells.map((cell) => cell.trim().toLowerCase());
  while (header.at(-1) === "") header.pop();
  const refuse = (problem: string): never => {
    throw new Error(`line ${line}: ${problem} The first line names the columns: ${columns.join(", ")}.`);
  };
  for (const [at, name] of header.entries()) {
    if (!columns.includes(name)) refuse(`Column ${at + 1} is unknown.`);
    if (header.indexOf(name) !== at) refuse(`The column ${name} is there twice.`);
  }
  if (!header.includes("sha256") && !header.includes("key")) refuse("There is no column sha256 or key.");
  for (const name of ["name", "permission_level"])
    if (!header.includes(name)) refuse(`There is no column ${name}.`);
  return header;
}

function readCells(
  header: string[],
  cells: string[],
  { keyPrefix, keyLength }: SourceDefaults,
): { value: unknown } | { problem: string } {
  const isTooLong = cells.slice(header.length).some((cell) => cell.trim() !== "");
  if (cells.length < header.length || isTooLong)
    return { problem: `This line has ${cells.length} cells, but the first line ${header.length}.` };
  const texts: Record<string, string> = {};
  for (const [at, name] of header.entries()) {
    const text = cellText(cells[at] as string);
    if (text !== "") texts[name] = text;
  }
  const { key, permissions, allowed_ips, metadata, length, disabled, ...fields } = texts;
  if (key !== undefined && fields.sha256 !== undefined)
    return { problem: "key: Give the key or its sha256, not both." };
  const parsedMetadata = metadata === undefined ? undefined : parseMetadata(metadata);
  if (parsedMetadata === null) return { problem: "metadata: Enter a JSON object." };
  return {
    value: {
      ...(key !== undefined && { sha256: createHash("sha256").update(key).digest("hex") }),
      key_prefix: keyPrefix ?? (key === undefined ? "" : prefixOf(key)),
      key_suffix: key?.slice(-4) ?? "",
      ...fields,
      length: length === undefined ? (keyLength ?? key?.length) : numberIn(length),
      ...(permissions !== undefined && { permissions: listIn(permissions) }),
      ...(allowed_ips !== undefined && { allowed_ips: listIn(allowed_ips) }),
      ...(parsedMetadata && { metadata: parsedMetadata }),
      ...(disabled !== undefined && { disabled: switchIn(disabled) }),
    },
  };
}

/** Exports put an apostrophe before text that a spreadsheet would take for a formula. */
function cellText(cell: string): string {
  return cell.trim().replace(/^'(?=[=+\-@\uff1d\uff0b\uff0d\uff20])/, "");
}

/** What isn't a number, or yes or no, is left as it is, and the import says that it is wrong. */
function numberIn(text: string): number | string {
  return /^\d{1,9}$/.test(text) ? Number(text) : text;
}

function switchIn(text: string): boolean | string {
  const lower = text.toLowerCase();
  return lower === "true" ? true : lower === "false" ? false : text;
}

function listIn(text: string): string[] {
  return text.split(/[\s;]+/).filter((one) => one !== "");
}

function parseMetadata(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" ? value : null;
  } catch {
    return null;
  }
}
