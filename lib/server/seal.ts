import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { runtime } from "./runtime";

const nonceLength = 12;
const tagLength = 16;

/**
 * Encrypts what must be read again, such as a TOTP secret: AES-256-GCM under the first of ENCRYPTION_KEYS.
 * @param context Bound to the ciphertext, such as `totp:usr_…`: moved to another row, it opens no more.
 */
export function seal(plain: Uint8Array, context: string): Buffer {
  const nonce = randomBytes(nonceLength);
  const cipher = createCipheriv("aes-256-gcm", runtime().encryptionKeys[0] as Buffer, nonce);
  cipher.setAAD(Buffer.from(context));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** @throws Error where none of ENCRYPTION_KEYS opens it, or it was changed, or belongs elsewhere. */
export function unseal(sealed: Uint8Array, context: string): Buffer {
  const bytes = Buffer.from(sealed);
  for (const key of runtime().encryptionKeys) {
    try {
      const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, nonceLength));
      decipher.setAAD(Buffer.from(context));
      decipher.setAuthTag(bytes.subarray(-tagLength));
      return Buffer.concat([decipher.update(bytes.subarray(nonceLength, -tagLength)), decipher.final()]);
    } catch {
      // Sealed under an earlier key: try the next.
    }
  }
  throw new Error("A sealed value could not be opened with any of ENCRYPTION_KEYS.");
}
