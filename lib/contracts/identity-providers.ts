/** The ways in through somebody else's accounts. Each is there only where the operator configured it. */
export const identityProviderIds = ["google", "github", "oidc"] as const;
export type IdentityProviderId = (typeof identityProviderIds)[number];

/** What pages know of a configured one. */
export type IdentityProvider = { id: IdentityProviderId; name: string };

/** A configured provider, and the person's account there where it is connected. */
export type ConnectedAccount = IdentityProvider & { connected: { label: string; at: string } | null };

/** Where the browser goes on to: the provider's own page. */
export type ProviderVisit = { url: string };
