/** The ways in through somebody else's accounts. Each is there only where the operator configured it. */
export const identityProviderIds = ["google", "github", "oidc"] as const;
export type IdentityProviderId = (typeof identityProviderIds)[number];

/** What pages know of a configured one. */
export type IdentityProvider = { id: IdentityProviderId; name: string };

/** A configured provider, and the person's account there where it is connected. */
export type ConnectedAccount = IdentityProvider & { connected: { label: string; at: string } | null };

/** Where the browser goes on to: the provider's own page. */
export type ProviderVisit = { url: string };

/** Why a visit to a provider led nowhere, in the words of the page that it comes back to. */
export const providerProblems = {
  not_connected: (name: string) =>
    `This ${name} account is not connected to an account here. Sign in first, then connect ${name} under Settings → Security.`,
  sign_up_closed: () =>
    "There is no account here for this person, and accounts are made by invitation. Ask an admin of your workspace.",
  account_disabled: () => "This account is disabled. Ask the operator of this server.",
  domain_not_allowed: () => "Accounts with this email domain cannot be created here.",
  cancelled: (name: string) => `You came back from ${name} without signing in there.`,
  not_whole: (name: string) =>
    `The visit to ${name} was begun in another window, or took too long. Try again.`,
  unusable: (name: string) =>
    `${name} could not be reached, or its answer cannot be used. Try again shortly.`,
  connected_elsewhere: (name: string) =>
    `This ${name} account is connected to another account here. Disconnect it there first.`,
  another_connected: (name: string) => `Another ${name} account is connected. Disconnect it first.`,
  another_account: (name: string) => `This is not the ${name} account that is connected to yours.`,
  not_asked: (name: string) =>
    `${name} did not ask anew who you are. Sign out there and try again, or confirm in another way.`,
} as const satisfies Record<string, (name: string) => string>;
export type ProviderProblem = keyof typeof providerProblems;

export function isProviderProblem(value: unknown): value is ProviderProblem {
  return typeof value === "string" && Object.hasOwn(providerProblems, value);
}
