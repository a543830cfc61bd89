import type { IdentityProvider } from "./identity-providers";
import type { Role } from "./permissions";

export const maximumPasswordLength = 128;

export type SignedUp = { workspaceSlug: string };

export type Account = {
  userId: string;
  name: string;
  email: string;
  emailVerified: boolean;
  /** What the person can confirm who they are with. */
  hasPassword: boolean;
  hasAuthenticator: boolean;
  /** The connected identity providers that can confirm it. */
  confirmingProviders: IdentityProvider[];
  workspaces: { id: string; slug: string; name: string; role: Role }[];
};

export type SessionView = {
  id: string;
  /** The session this request came with. */
  current: boolean;
  createdAt: string;
  lastActiveAt: string;
  expiresAt: string;
  ip: string | null;
  userAgent: string | null;
};

/** Where a sign-in goes on: to its second step, or nowhere else than it wanted. */
export type SignedIn = { next: "/sign-in/verify" | null };

export type TwoStepState = { authenticator: boolean; recoveryCodesLeft: number };

/** What an authenticator app needs to be set up. Shown once, while it is. */
export type AuthenticatorSetup = {
  /** Base 32, for who cannot scan. */
  secret: string;
  /** The same with issuer and account, as an image (a data URI). */
  qrCode: string;
};

/** Shown this once. */
export type RecoveryCodes = { recoveryCodes: string[] };
