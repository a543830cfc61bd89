import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { encryptionKeyId } from "../encryption-keys/encryption-key-id";
import { formatVersion, frame, frameHeadBytes, frameTypes, largestContent } from "./backup-frames";
import type { BackupHeader, BackupPart } from "./backup-parts";
import { ByteReader } from "./byte-reader";
import { decodeBackup } from "./decode-backup";
import { encodeBackup } from "./encode-backup";

const key = randomBytes(32);
const header: BackupHeader = {
  keyward: "1.2.3",
  takenAt: "2026-11-28T12:00:00.000Z",
  timeline: "7/00000001",
  epoch: 5,
  migrations: ["20261122042146_first"],
  encryptionKeyId: encryptionKeyId(key),
  tables: [
    { name: "public.users", columns: ["id"] },
    { name: "public.members", columns: ["id", "role"] },
  ],
  logDays: ["20261128"],
  sequences: { "mail.outbox_id_seq": 3 },
};
const parts: BackupPart[] = [
  { kind: "header", header },
  { kind: "table", name: "public.users" },
  { kind: "rows", bytes: Buffer.from("ada\n") },
  { kind: "rows", bytes: Buffer.from("eve\n") },
  { kind: "end", rows: 2 },
  { kind: "table", name: "public.members" },
  { kind: "end", rows: 0 },
];

async function* piecesOf<Piece>(pieces: Piece[]): AsyncGenerator<Piece> {
  yield* pieces;
}

async function encode(given = parts, signedWith = key): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of encodeBackup(piecesOf(given), signedWith)) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** @param pieceBytes How many bytes arrive at once. */
async function decode(bytes: Buffer, keyOf: (id: string) => Buffer | null = () => key, pieceBytes = 7) {
  const pieces = Array.from({ length: Math.ceil(bytes.length / pieceBytes) }, (_, index) =>
    bytes.subarray(index * pieceBytes, (index + 1) * pieceBytes),
  );
  const found: BackupPart[] = [];
  for await (const part of decodeBackup(new ByteReader(piecesOf(pieces)), keyOf)) found.push(part);
  return found;
}

/** Where each frame begins, and the end. */
function boundaries(bytes: Buffer): number[] {
  const found = [0];
  for (let at = bytes.indexOf(10) + 1; at < bytes.length; ) {
    found.push(at);
    at += frameHeadBytes + bytes.readUInt32BE(at + 1);
  }
  return found;
}

const whole = await encode();

test("what was encoded is decoded, in whatever pieces it arrives", async () => {
  for (const pieceBytes of [1, 7, 1000]) expect(await decode(whole, () => key, pieceBytes)).toEqual(parts);
  expect(boundaries(whole)).toHaveLength(parts.length + 2);
});

test("a file that was cut off anywhere is refused, at the end of each frame too", async () => {
  for (let length = 0; length < whole.length; length += 1)
    await expect(
      decode(whole.subarray(0, length), () => key, 1000),
      `${length} bytes`,
    ).rejects.toMatchObject({
      code: "invalid_request",
    });
  for (const end of boundaries(whole).slice(1))
    await expect(decode(whole.subarray(0, end))).rejects.toThrow("its end is missing");
});

test("a file in which any byte was changed is refused", async () => {
  for (let place = 0; place < whole.length; place += 1)
    for (const bit of [1, 32]) {
      const changed = Buffer.from(whole);
      changed[place] = (changed[place] as number) ^ bit;
      await expect(
        decode(changed, () => key, 1000),
        `byte ${place}`,
      ).rejects.toMatchObject({
        code: "invalid_request",
      });
    }
});

test("a file whose frames were removed, repeated or reordered, or to which something was added, is refused", async () => {
  const starts = boundaries(whole);
  const frames = [...starts, whole.length]
    .slice(0, -1)
    .map((start, index) => whole.subarray(start, starts[index + 1] ?? whole.length));
  for (let place = 1; place < frames.length; place += 1) {
    const [one, two] = [frames[place] as Buffer, frames[place - 1] as Buffer];
    const variants = [
      frames.toSpliced(place, 1),
      frames.toSpliced(place, 0, one),
      frames.toSpliced(place - 1, 2, one, two),
    ];
    for (const variant of variants) await expect(decode(Buffer.concat(variant))).rejects.toThrow();
  }
  await expect(decode(Buffer.concat([whole, Buffer.from("\n")]))).rejects.toThrow("added at its end");
});

test("a file that someone without the encryption key made is refused, unless the key is lost", async () => {
  const forged = await encode(parts, randomBytes(32));
  await expect(decode(forged)).rejects.toThrow("not signed with your encryption key");
  expect(await decode(forged, () => null)).toEqual(parts);
});

test("the key is asked for before anything else is read", async () => {
  const ids: string[] = [];
  const refuse = (id: string) => {
    ids.push(id);
    throw new Error("no such key");
  };
  await expect(decode(whole.subarray(0, boundaries(whole)[2]), refuse)).rejects.toThrow("no such key");
  expect(ids).toEqual([encryptionKeyId(key)]);
  expect(encryptionKeyId(key)).not.toBe(encryptionKeyId(randomBytes(32)));
});

test("a newer format, and what is no backup, are refused with words", async () => {
  const newer = Buffer.from(whole.toString("latin1").replace(/ \d+\n/, ` ${formatVersion + 1}\n`), "latin1");
  await expect(decode(newer)).rejects.toThrow("made by a newer version of Keyward");
  for (const text of ["", "PGDMP", "keyward-backup", "keyward-backup x\n", "x".repeat(1000)])
    await expect(decode(Buffer.from(text))).rejects.toThrow("This isn't a backup of Keyward");
});

test("a frame that claims to be larger than any is refused before it is read, compressed or not", async () => {
  const start = whole.subarray(0, boundaries(whole)[3]);
  const huge = Buffer.from([frameTypes.rows, 0xff, 0xff, 0xff, 0xff]);
  await expect(decode(Buffer.concat([start, huge]))).rejects.toThrow("a part of it was changed");
  const { deflateRawSync } = await import("node:zlib");
  const bomb = frame("rows", deflateRawSync(Buffer.alloc(largestContent + 1)));
  await expect(decode(Buffer.concat([start, bomb]), () => key, 1000)).rejects.toThrow(
    "a part of it was changed",
  );
});
