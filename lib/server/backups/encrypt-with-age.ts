import { randomBytes } from "node:crypto";
import {
  ageVersionLine,
  chunkBytes,
  chunkNonce,
  encodeText,
  encrypt,
  fileKeyBytes,
  headerMac,
  nonceBytes,
  payloadKey,
  wrapKey,
} from "./age-crypto";
import { identityOf } from "./age-keys";
import { ByteReader } from "./byte-reader";

/**
 * Encrypts a stream as an age file (https://age-encryption.org/v1) to X25519 keys. Each of them can decrypt it alone, with this program
 * or with `age`.
 * @param recipients Public keys, at least one.
 */
export async function* encryptWithAge(
  source: AsyncIterable<Uint8Array>,
  recipients: Uint8Array[],
): AsyncGenerator<Buffer> {
  const fileKey = randomBytes(fileKeyBytes);
  const header = `${ageVersionLine}\n${recipients.map((one) => stanza(fileKey, one)).join("")}---`;
  const nonce = randomBytes(nonceBytes);
  yield Buffer.concat([
    Buffer.from(`${header} ${encodeText(headerMac(fileKey, header))}\n`, "latin1"),
    nonce,
  ]);
  const key = payloadKey(fileKey, nonce);
  const reader = new ByteReader(source);
  for (let number = 0, isLast = false; !isLast; number += 1) {
    const plain = await reader.take(chunkBytes);
    isLast = await reader.isAtEnd();
    yield encrypt(key, chunkNonce(number, isLast), plain);
  }
}

function stanza(fileKey: Uint8Array, recipient: Uint8Array): string {
  const ephemeral = identityOf(randomBytes(32));
  const key = wrapKey(ephemeral, recipient, ephemeral.publicKey, recipient);
  // The key is used only once, so the nonce may be constant.
  const body = encrypt(key, Buffer.alloc(12), fileKey);
  return `-> X25519 ${encodeText(ephemeral.publicKey)}\n${encodeText(body)}\n`;
}
