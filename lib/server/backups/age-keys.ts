import { createPrivateKey, createPublicKey, diffieHellman, type KeyObject, randomBytes } from "node:crypto";
import { decodeBech32, encodeBech32 } from "./bech32";

/** An X25519 key pair. */
export type AgeIdentity = { privateKey: KeyObject; publicKey: Buffer };

const identityPrefix = "age-secret-key-";
const recipientPrefix = "age";
// What RFC 8410 puts before the 32 bytes of an X25519 key.
const pkcs8Prefix = Buffer.from("302e020100300506032b656e04220420", "hex");
const spkiPrefix = Buffer.from("302a300506032b656e032100", "hex");

/** @returns A new identity, and its text: `AGE-SECRET-KEY-1…`. */
export function newIdentity(): { identity: AgeIdentity; text: string } {
  const bytes = randomBytes(32);
  return { identity: identityOf(bytes), text: encodeBech32(identityPrefix, bytes).toUpperCase() };
}

/** @returns Null unless it is `AGE-SECRET-KEY-1…`. */
export function parseIdentity(text: string): AgeIdentity | null {
  const bytes = decodeBech32(identityPrefix, text);
  return bytes?.length === 32 ? identityOf(bytes) : null;
}

/** @returns The public key, or null unless it is `age1…`. */
export function parseRecipient(text: string): Buffer | null {
  const bytes = decodeBech32(recipientPrefix, text);
  return bytes?.length === 32 ? bytes : null;
}

export function recipientText(publicKey: Uint8Array): string {
  return encodeBech32(recipientPrefix, publicKey);
}

export function identityOf(bytes: Uint8Array): AgeIdentity {
  const key = Buffer.concat([pkcs8Prefix, bytes]);
  const privateKey = createPrivateKey({ key, format: "der", type: "pkcs8" });
  const publicKey = createPublicKey(privateKey).export({ format: "der", type: "spki" }).subarray(-32);
  return { privateKey, publicKey };
}

/** @throws If the other key gives a secret that doesn't depend on ours. */
export function sharedSecret({ privateKey }: AgeIdentity, otherKey: Uint8Array): Buffer {
  const key = Buffer.concat([spkiPrefix, otherKey]);
  return diffieHellman({ privateKey, publicKey: createPublicKey({ key, format: "der", type: "spki" }) });
}
