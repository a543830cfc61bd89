import type { KeyStatus } from "@/lib/contracts/api-keys";
import type { ApiKey, Prisma } from "../generated/prisma/client";

/** Revoked is for ever and says so first; a disabled key says so even past its expiry. */
export function keyStatus(key: Pick<ApiKey, "revokedAt" | "disabledAt" | "expiresAt">, now: Date): KeyStatus {
  if (key.revokedAt) return "revoked";
  if (key.disabledAt) return "disabled";
  if (key.expiresAt && key.expiresAt <= now) return "expired";
  return "active";
}

/** The same as a condition. */
export function whereStatus(status: KeyStatus | "all", now: Date): Prisma.ApiKeyWhereInput {
  const alive = { OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] };
  switch (status) {
    case "all":
      return {};
    case "revoked":
      return { revokedAt: { not: null } };
    case "disabled":
      return { revokedAt: null, disabledAt: { not: null } };
    case "expired":
      return { revokedAt: null, disabledAt: null, expiresAt: { lte: now } };
    case "active":
      return { revokedAt: null, disabledAt: null, ...alive };
  }
}
