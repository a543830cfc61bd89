import { openSealed, seal } from "../seal";

/** A signing secret, encrypted for this subscription: in another row it can't be decrypted. */
export function sealSecret(subscriptionId: string, secret: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(seal(Buffer.from(secret), secretSeal(subscriptionId)));
}

/** Null if none of ENCRYPTION_KEYS can decrypt it. */
export function openSecret(subscriptionId: string, sealed: Uint8Array): Buffer | null {
  return openSealed(sealed, secretSeal(subscriptionId))?.plain ?? null;
}

/** The encryption context of a subscription's signing secret. */
export function secretSeal(subscriptionId: string): string {
  return `event_subscription:${subscriptionId}`;
}
