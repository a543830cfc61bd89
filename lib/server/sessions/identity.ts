import { AppError } from "@/lib/contracts/app-error";
import type { IdentityProviderId } from "@/lib/contracts/identity-providers";
import type { IdentityProviderSetting } from "../env-identity-providers";
import { runtime } from "../runtime";

/** Who somebody is at an identity provider, as it vouched for just now. (issuer, subject) is the identity; the rest describes it. */
export type Identity = {
  provider: IdentityProviderId;
  issuer: string;
  subject: string;
  /** What people recognise the account by: an address or a user name. */
  label: string;
  /** Fit for a name here. */
  name: string | null;
  /** One strict address in lower case; null where the provider gave none. */
  email: string | null;
  /** Whether the provider says that the address was proven to it. Nobody else's word counts. */
  emailVerified: boolean;
  /** When the person last proved to the provider who they are; null where it does not say. */
  authenticatedAt: Date | null;
};

/** @throws AppError `not_found` for a provider that is not configured. */
export function requireProvider(id: string): IdentityProviderSetting {
  const provider = runtime().env.identityProviders.find((one) => one.id === id);
  if (!provider) throw new AppError("not_found");
  return provider;
}
