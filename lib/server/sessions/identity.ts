import { AppError } from "@/lib/contracts/app-error";
import type { IdentityProviderId } from "@/lib/contracts/identity-providers";
import type { IdentityProviderSetting } from "../env-identity-providers";
import { runtime } from "../runtime";

/**
 * An account at an identity provider, as the provider just vouched for it. (issuer, subject) identifies it; the other
 * fields describe it.
 */
export type Identity = {
  provider: IdentityProviderId;
  issuer: string;
  subject: string;
  /** An email address or user name by which the person recognizes the account. */
  label: string;
  /** A valid display name, or null. */
  name: string | null;
  /** A valid lowercase address. Null if the provider sent none. */
  email: string | null;
  /** Whether the provider verified the address. */
  emailVerified: boolean;
  /** When the person last signed in at the provider. Null if the provider doesn't report it. */
  authenticatedAt: Date | null;
};

/** @throws AppError `not_found` for a provider that is not configured. */
export function requireProvider(id: string): IdentityProviderSetting {
  const provider = runtime().env.identityProviders.find((one) => one.id === id);
  if (!provider) throw new AppError("not_found");
  return provider;
}
