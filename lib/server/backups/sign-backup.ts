import { createHmac, hkdfSync } from "node:crypto";

/** Signs a backup, so that only a holder of the encryption key can make one that a restore accepts. */
export function signBackup(encryptionKey: Uint8Array, digest: Uint8Array): Buffer {
  const key = Buffer.from(hkdfSync("sha256", encryptionKey, "", "keyward backup signature", 32));
  return createHmac("sha256", key).update(digest).digest();
}
