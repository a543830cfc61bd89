import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { runtime } from "./runtime";

const nonceLength = 12;
const tagLength = 16;

/**
 * Encrypts a value that must be decrypted later, such as a TOTP secret, with AES-256-GCM under the first of
 * ENCRYPTION_KEYS.
 * @param context Bound to the ciphertext, such as `totp:usr_…`, so that it can't be decrypted in another row.
 */
export function seal(plain: Uint8Array, context: string, keys = runtime().encryptionKeys): Buffer {
  const nonce = randomBytes(nonceLength);
  const cipher = createCipheriv("aes-256-gcm", keys[0] as Buffer, nonce);
  cipher.setAAD(Buffer.from(context));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** @throws Error if no key decrypts it, or it was modified or belongs to another context. */
export function unseal(sealed: Uint8Array, context: string, keys = runtime().encryptionKeys): Buffer {
  const opened = openSealed(sealed, context, keys);
  if (opened === null) throw new Error("None of ENCRYPTION_KEYS could decrypt a stored value.");
  return opened.plain;
}

/** @returns The value, and the place in `keys` of the key that decrypts it. Null where `unseal` throws. */
export function openSealed(
  sealed: Uint8Array,
  context: string,
  keys = runtime().encryptionKeys,
): { plain: Buffer; keyIndex: number } | null {
  const bytes = Buffer.from(sealed);
  for (const [keyIndex, key] of keys.entries()) {
    try {
      const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, nonceLength));
      decipher.setAAD(Buffer.from(context));
      decipher.setAuthTag(bytes.subarray(-tagLength));
      const plain = [decipher.update(bytes.subarray(nonceLength, -tagLength)), decipher.final()];
      return { plain: Buffer.concat(plain), keyIndex };
    } catch {
      // Encrypted with another key: try the next.
    }
  }
  return null;
}
