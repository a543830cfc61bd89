/** The columns of an entry as the spool wrote them: the time and the address in their own formats, the others as COPY writes them. */
export const writtenColumns = `to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), writer, seq, kind, request_id, workspace_id, key_id,
  user_id, source, method, path, outcome, status, code, host(ip), user_agent, spent, would_deny, client, route`;

export const columnCount = 20;

/** Which entry a line is, and where it is in the bytes. */
export type Line = { writer: string; seq: number; start: number; end: number };

const writerStart = 28;
const seqStart = 65;

/** Reads which entry a line is. The columns before the number have fixed lengths. */
export function lineAt(bytes: Buffer, start: number, end: number): Line {
  let seq = 0;
  for (let at = start + seqStart; bytes[at] !== 9; at += 1) seq = seq * 10 + (bytes[at] as number) - 48;
  return { writer: bytes.toString("latin1", start + writerStart, start + writerStart + 36), seq, start, end };
}

/** A line with the columns that its writer's version knew. @returns null if there is something in the others. */
export function withColumns(line: Buffer, columns: number): Buffer | null {
  const added = "\t\\N".repeat(columnCount - columns);
  const end = line.length - 1 - added.length;
  if (line.toString("latin1", end, line.length - 1) !== added) return null;
  return Buffer.concat([line.subarray(0, end), line.subarray(-1)]);
}
