import { parseClientJson, unusableNameMessage } from "@/lib/contracts/client-json";
import { type ImportLine, importLine } from "@/lib/contracts/key-import-input";

/** A record of an import, with the number of its line: what it says, or why it can't be read. */
export type ImportRecord = { line: number } & ({ value: unknown } | { problem: string });

/** Reads one JSON document a line. Empty lines are ignored. */
export async function* jsonRecords(lines: AsyncIterable<string>): AsyncIterable<ImportRecord> {
  let line = 0;
  for await (const text of lines) {
    line += 1;
    if (text.trim() !== "") yield { line, ...parseJson(text) };
  }
}

/** The key that a record describes, or why it can't be imported. A reason never contains the hash. */
export function readRecord(record: ImportRecord): ImportLine | string {
  if ("problem" in record) return record.problem;
  const { success, data, error } = importLine.safeParse(record.value);
  if (success) return data;
  const [issue] = error.issues;
  if (issue?.code === "unrecognized_keys") return `Unknown field: ${issue.keys[0]}.`;
  const field = issue?.path.join(".");
  return field ? `${field}: ${issue?.message}` : (issue?.message ?? "This line isn't valid.");
}

function parseJson(text: string): { value: unknown } | { problem: string } {
  try {
    return { value: parseClientJson(text) };
  } catch (error) {
    const isUnusable = (error as Error).message === unusableNameMessage;
    return { problem: isUnusable ? unusableNameMessage : "This is not JSON." };
  }
}
