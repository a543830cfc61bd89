import { timingSafeEqual } from "node:crypto";
import { AppError } from "@/lib/contracts/app-error";
import {
  ageVersionLine,
  chunkBytes,
  chunkNonce,
  decodeText,
  decrypt,
  fileKeyBytes,
  headerMac,
  nonceBytes,
  payloadKey,
  tagBytes,
  wrapKey,
} from "./age-crypto";
import type { AgeIdentity } from "./age-keys";
import type { ByteReader } from "./byte-reader";
import { damaged } from "./damaged";

const longestLine = 4096;
const mostStanzas = 100;

type Stanza = { arguments: string[]; body: string };

/** Whether a stream is an age file. */
export function isAgeFile(reader: ByteReader): Promise<boolean> {
  return reader.startsWith(Buffer.from(`${ageVersionLine}\n`));
}

/**
 * Decrypts an age file, also one that `age` wrote. A chunk is given out after it was authenticated; that the file is whole is known at its end.
 * @throws AppError `invalid_request` if no identity fits, or if the file was changed, cut off or reordered.
 */
export async function* decryptWithAge(reader: ByteReader, identities: AgeIdentity[]): AsyncGenerator<Buffer> {
  const { stanzas, text, mac } = await readHeader(reader);
  const fileKey = findFileKey(stanzas, identities);
  const expected = headerMac(fileKey, text);
  if (mac?.length !== expected.length || !timingSafeEqual(mac, expected))
    throw damaged("its header was changed");
  const nonce = await reader.take(nonceBytes);
  if (nonce.length < nonceBytes) throw damaged("it ends too early");
  const key = payloadKey(fileKey, nonce);
  for (let number = 0, isLast = false; !isLast; number += 1) {
    const encrypted = await reader.take(chunkBytes + tagBytes);
    isLast = await reader.isAtEnd();
    const plain = decrypt(key, chunkNonce(number, isLast), encrypted);
    if (plain === null || (plain.length === 0 && number > 0))
      throw damaged("a part of it was changed, or its end is missing");
    yield plain;
  }
}

/** @returns The stanzas, the text that the MAC covers, and the MAC; null if it isn't one. */
async function readHeader(
  reader: ByteReader,
): Promise<{ stanzas: Stanza[]; text: string; mac: Buffer | null }> {
  const lines: string[] = [];
  const next = async () => {
    const line = await reader.takeLine(longestLine);
    if (line === null) throw damaged("its header is not whole");
    lines.push(line);
    return line;
  };
  const stanzas: Stanza[] = [];
  await next();
  for (;;) {
    const line = await next();
    if (line.startsWith("--- ")) {
      const text = [...lines.slice(0, -1), "---"].join("\n");
      return { stanzas, text, mac: decodeText(line.slice(4)) };
    }
    if (!line.startsWith("-> ") || stanzas.length === mostStanzas) throw damaged("its header was changed");
    let body = "";
    for (let part = await next(); ; part = await next()) {
      body += part;
      if (part.length < 64) break;
      if (body.length > longestLine) throw damaged("its header was changed");
    }
    stanzas.push({ arguments: line.slice(3).split(" "), body });
  }
}

function findFileKey(stanzas: Stanza[], identities: AgeIdentity[]): Buffer {
  for (const { arguments: given, body: text } of stanzas) {
    if (given[0] !== "X25519") continue;
    const share = decodeText(given[1] ?? "");
    const body = decodeText(text);
    if (given.length !== 2 || share?.length !== 32 || body?.length !== fileKeyBytes + tagBytes)
      throw damaged("its header was changed");
    for (const identity of identities) {
      const key = wrapKeyOf(identity, share);
      const fileKey = key && decrypt(key, Buffer.alloc(12), body);
      if (fileKey) return fileKey;
    }
  }
  throw new AppError(
    "invalid_request",
    "The key of --identity doesn't decrypt this backup. Use the one that belongs to the --encrypt-to of the backup.",
  );
}

/** Null for a share that would give the same key to everyone. */
function wrapKeyOf(identity: AgeIdentity, share: Buffer): Buffer | null {
  try {
    return wrapKey(identity, share, share, identity.publicKey);
  } catch {
    return null;
  }
}
