import { createHash, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { inflateRaw } from "node:zlib";
import { z } from "zod";
import { AppError } from "@/lib/contracts/app-error";
import { formatName, formatVersion, frameHeadBytes, frameTypes, largestContent } from "./backup-frames";
import { type BackupPart, backupHeader } from "./backup-parts";
import type { ByteReader } from "./byte-reader";
import { damaged } from "./damaged";
import { signBackup } from "./sign-backup";

type Frame = { type: number; content: Buffer; bytes: Buffer };

const table = z.object({ name: z.string() });
const end = z.object({ rows: z.number().int() });
const trailer = z.object({ rows: z.number().int(), sha256: z.string(), signature: z.string() });

/**
 * Reads a backup. Only when the last part was given out is it certain that the file is whole and unchanged: keep nothing before.
 * @param keyOf Called at once with the id of the encryption key. Returns the key; null to accept any signature, because it is lost.
 * @throws AppError `invalid_request` if it isn't a backup, is from a newer version, or is damaged.
 */
export async function* decodeBackup(
  reader: ByteReader,
  keyOf: (encryptionKeyId: string) => Uint8Array | null,
): AsyncGenerator<BackupPart> {
  const hash = createHash("sha256").update(await readFirstLine(reader));
  const first = await readFrame(reader);
  hash.update(first.bytes);
  if (first.type !== frameTypes.header) throw damaged("it has no header");
  const header = parse(backupHeader, first.content);
  const key = keyOf(header.encryptionKeyId);
  yield { kind: "header", header };
  let rows = 0;
  const next = async () => {
    const one = await readFrame(reader);
    hash.update(one.bytes);
    return one;
  };
  for (const { name } of header.tables) {
    const opening = await next();
    if (opening.type !== frameTypes.table || parse(table, opening.content).name !== name)
      throw damaged("a table is missing");
    yield { kind: "table", name };
    let piece = await next();
    for (; piece.type === frameTypes.rows; piece = await next())
      yield { kind: "rows", bytes: await inflate(piece.content) };
    if (piece.type !== frameTypes.end) throw damaged("the end of a table is missing");
    const ending = parse(end, piece.content);
    rows += ending.rows;
    yield { kind: "end", rows: ending.rows };
  }
  requireTrailer(await readFrame(reader), hash.digest(), rows, key);
  if (!(await reader.isAtEnd())) throw damaged("something was added at its end");
}

async function readFirstLine(reader: ByteReader): Promise<string> {
  const line = await reader.takeLine(64);
  const version = line && new RegExp(`^${formatName} ([1-9]\\d{0,8})$`).exec(line)?.[1];
  if (!version) throw new AppError("invalid_request", "This isn't a backup of Keyward.");
  if (Number(version) > formatVersion)
    throw new AppError(
      "invalid_request",
      "This backup was made by a newer version of Keyward. Restore it with that version or a later one.",
    );
  return `${line}\n`;
}

async function readFrame(reader: ByteReader): Promise<Frame> {
  const head = await reader.take(frameHeadBytes);
  if (head.length < frameHeadBytes) throw damaged("its end is missing");
  const length = head.readUInt32BE(1);
  if (length > largestContent) throw damaged("a part of it was changed");
  const content = await reader.take(length);
  if (content.length < length) throw damaged("its end is missing");
  return { type: head.readUInt8(), content, bytes: Buffer.concat([head, content]) };
}

function parse<Shape extends z.ZodType>(shape: Shape, content: Buffer): z.output<Shape> {
  try {
    return shape.parse(JSON.parse(content.toString()));
  } catch {
    throw damaged("a part of it was changed");
  }
}

async function inflate(content: Buffer): Promise<Buffer> {
  try {
    return await promisify(inflateRaw)(content, { maxOutputLength: largestContent });
  } catch {
    throw damaged("a part of it was changed");
  }
}

function requireTrailer(last: Frame, digest: Buffer, rows: number, key: Uint8Array | null): void {
  if (last.type !== frameTypes.trailer) throw damaged("it doesn't end where it should");
  const found = parse(trailer, last.content);
  if (found.sha256 !== digest.toString("hex") || found.rows !== rows)
    throw damaged("a part of it was changed");
  if (key === null) return;
  const [signature, expected] = [found.signature, signBackup(key, digest).toString("hex")].map((text) =>
    Buffer.from(text),
  ) as [Buffer, Buffer];
  if (signature.length !== expected.length || !timingSafeEqual(signature, expected))
    throw damaged("it was not signed with your encryption key");
}
