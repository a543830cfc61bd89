import type { AuditEvent } from "./audit-events";
import type { IdentityProvider } from "./identity-providers";
import type { MemberKey } from "./members";
import type { Role } from "./permissions";
import type { ClosedBy } from "./workspaces";

export const maximumPasswordLength = 128;
export const maximumPictureBytes = 5 * 1024 * 1024;

export type SignedUp = { workspaceSlug: string };

export type Account = {
  userId: string;
  name: string;
  email: string;
  emailVerified: boolean;
  /** What the person can confirm who they are with. */
  hasPassword: boolean;
  hasAuthenticator: boolean;
  /** Path of the picture. */
  picture: string | null;
  /** IANA name; null where times are shown in the browser's zone. */
  timeZone: string | null;
  hasPasskey: boolean;
  /** The connected identity providers that can confirm it. */
  confirmingProviders: IdentityProvider[];
  workspaces: { id: string; slug: string; name: string; role: Role; closedBy: ClosedBy | null }[];
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

/** How long a session goes on from now, in seconds. */
export type SessionEnds = {
  /** If nothing is done. */
  idleSeconds: number;
  /** Whatever is done. */
  absoluteSeconds: number;
  /** How long before either end the person is told of it. */
  noticeSeconds: number;
};

/** Where a sign-in goes on: to its second step, or nowhere else than it wanted. */
export type SignedIn = { next: "/sign-in/verify" | null };

export type TwoStepState = {
  authenticator: boolean;
  passkeys: number;
  emailCodes: boolean;
  recoveryCodesLeft: number;
};

/** What an authenticator app needs to be set up. Shown once, while it is. */
export type AuthenticatorSetup = {
  /** Base 32, for who cannot scan. */
  secret: string;
  /** The same with issuer and account, as an image (a data URI). */
  qrCode: string;
};

/** Shown this once. Empty where those of before go on. */
export type RecoveryCodes = { recoveryCodes: string[] };

/** What a person did to their own account, or somebody in their name. */
export type AccountActivity = Pick<AuditEvent, "id" | "at" | "action" | "ip" | "userAgent">;

type NamedWorkspace = { id: string; slug: string; name: string };

/** What would become of everything the person has, if they deleted their account now. */
export type AccountDeletion = {
  /** Stand in the way: their last owner is this person, and others are in them. */
  blockedBy: NamedWorkspace[];
  /** Nobody else is in them: they end with the account. */
  deleted: (NamedWorkspace & { activeKeys: number })[];
  /**
   * Go on without the person. `newOwners` are who may get a key of theirs. Of a workspace that is closed to this session, keys and
   * members are not shown, and the person's keys there are revoked.
   */
  left: (NamedWorkspace & {
    closed: boolean;
    keys: MemberKey[];
    newOwners: { userId: string; name: string; email: string | null }[];
  })[];
};
