import { createHmac } from "node:crypto";

/** A name for a key that may be printed and stored. It says nothing about the key, which has 256 random bits. */
export function encryptionKeyId(key: Buffer): string {
  return createHmac("sha256", key).update("the id of an encryption key").digest("hex").slice(0, 12);
}
