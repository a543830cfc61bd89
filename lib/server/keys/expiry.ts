import type { CreateApiKeyInput } from "@/lib/contracts/api-key-input";
import { maximumExpirationDays } from "@/lib/contracts/api-keys";
import { invalidField } from "@/lib/contracts/app-error";

export const daySeconds = 86_400;

/** The expiry and the lifetime. Both are null if the key never expires. */
export function expiryOf(input: Pick<CreateApiKeyInput, "expiresInDays" | "expiresAt">, now: Date) {
  if (input.expiresInDays != null) return expiryAfter(input.expiresInDays * daySeconds, now);
  if (input.expiresAt == null) return { expiresAt: null, lifetimeSeconds: null };
  const seconds = Math.floor((new Date(input.expiresAt).getTime() - now.getTime()) / 1000);
  if (seconds <= 0) throw invalidField("expiresAt", "The expiry must be in the future.");
  if (seconds > maximumExpirationDays * daySeconds)
    throw invalidField("expiresAt", `The expiry must be within ${maximumExpirationDays} days.`);
  return { expiresAt: new Date(input.expiresAt), lifetimeSeconds: seconds };
}

export function expiryAfter(lifetimeSeconds: number, now: Date) {
  return { expiresAt: new Date(now.getTime() + lifetimeSeconds * 1000), lifetimeSeconds };
}

/** Whether a key that would expire then works longer. Null: never. */
export function isLater(expiresAt: Date | null, than: Date | null): boolean {
  if (than === null) return false;
  return expiresAt === null || expiresAt > than;
}
