import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from "node:crypto";
import { type AgeIdentity, sharedSecret } from "./age-keys";

export const ageVersionLine = "age-encryption.org/v1";
export const chunkBytes = 64 * 1024;
export const tagBytes = 16;
export const fileKeyBytes = 16;
export const nonceBytes = 16;

/** The key with which a file's key is encrypted for a recipient. */
export function wrapKey(
  identity: AgeIdentity,
  otherKey: Uint8Array,
  share: Uint8Array,
  recipient: Uint8Array,
) {
  return derive(
    sharedSecret(identity, otherKey),
    Buffer.concat([share, recipient]),
    "age-encryption.org/v1/X25519",
  );
}

export function payloadKey(fileKey: Uint8Array, nonce: Uint8Array): Buffer {
  return derive(fileKey, nonce, "payload");
}

/** @param header Up to and including `---`. */
export function headerMac(fileKey: Uint8Array, header: string): Buffer {
  return createHmac("sha256", derive(fileKey, Buffer.alloc(0), "header"))
    .update(header, "latin1")
    .digest();
}

/** The nonce of a chunk: its number, and whether it is the last. So chunks can't be cut off, reordered or repeated. */
export function chunkNonce(number: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(number, 5, 6);
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}

/** ChaCha20-Poly1305, with the tag at the end. */
export function encrypt(key: Uint8Array, nonce: Uint8Array, plain: Uint8Array): Buffer {
  const cipher = createCipheriv("chacha20-poly1305", key, nonce, { authTagLength: tagBytes });
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** @returns Null if it was encrypted with another key or nonce, or was changed. */
export function decrypt(key: Uint8Array, nonce: Uint8Array, encrypted: Buffer): Buffer | null {
  if (encrypted.length < tagBytes) return null;
  const decipher = createDecipheriv("chacha20-poly1305", key, nonce, { authTagLength: tagBytes });
  decipher.setAuthTag(encrypted.subarray(-tagBytes));
  try {
    return Buffer.concat([decipher.update(encrypted.subarray(0, -tagBytes)), decipher.final()]);
  } catch {
    return null;
  }
}

/** Base64 without padding. */
export function encodeText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64").replace(/=+$/, "");
}

/** @returns Null unless it is exactly what `encodeText` writes. */
export function decodeText(text: string): Buffer | null {
  const bytes = Buffer.from(text, "base64");
  return encodeText(bytes) === text ? bytes : null;
}

function derive(key: Uint8Array, salt: Uint8Array, info: string): Buffer {
  return Buffer.from(hkdfSync("sha256", key, salt, info, 32));
}
