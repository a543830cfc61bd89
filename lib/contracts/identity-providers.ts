/** Supported identity providers. Each is offered only if the operator configured it. */
export const identityProviderIds = ["google", "github", "oidc"] as const;
export type IdentityProviderId = (typeof identityProviderIds)[number];

/** A configured provider. */
export type IdentityProvider = { id: IdentityProviderId; name: string };

/** A configured provider, and the person's account there where it is connected. */
export type ConnectedAccount = IdentityProvider & { connected: { label: string; at: string } | null };

/** The provider's sign-in page to open. */
export type ProviderVisit = { url: string };

/** Why signing in with a provider failed, as shown on the page that the person returns to. */
export const providerProblems = {
  not_connected: (name: string) =>
    `This ${name} account is not connected to an account here. Sign in first, then connect ${name} under Settings → Security.`,
  sign_up_closed: () =>
    "You don't have an account here, and new accounts need an invitation. Ask an admin of your workspace.",
  account_disabled: () => "This account is disabled. Ask the operator of this server.",
  domain_not_allowed: () => "Accounts with this email domain can't be created here.",
  cancelled: (name: string) => `You returned from ${name} without signing in.`,
  not_whole: (name: string) =>
    `Signing in with ${name} was started in another window or took too long. Try again.`,
  unusable: (name: string) => `${name} couldn't be reached or sent an invalid response. Try again shortly.`,
  connected_elsewhere: (name: string) =>
    `This ${name} account is connected to another account here. Disconnect it there first.`,
  another_connected: (name: string) => `Another ${name} account is connected. Disconnect it first.`,
  another_account: (name: string) => `This isn't the ${name} account that is connected to your account.`,
  not_asked: (name: string) =>
    `${name} didn't ask you to sign in again. Sign out there and try again, or use another method.`,
} as const satisfies Record<string, (name: string) => string>;
export type ProviderProblem = keyof typeof providerProblems;

export function isProviderProblem(value: unknown): value is ProviderProblem {
  return typeof value === "string" && Object.hasOwn(providerProblems, value);
}
