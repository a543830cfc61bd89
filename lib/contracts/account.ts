import type { AccountAction } from "./account-actions";
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
  /** Ways to confirm it's you. */
  hasPassword: boolean;
  hasAuthenticator: boolean;
  picture: string | null;
  /** IANA name. Null: use the browser's time zone. */
  timeZone: string | null;
  hasPasskey: boolean;
  /** Connected identity providers that can confirm it's you. */
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

/** Time left in a session, in seconds. */
export type SessionEnds = {
  /** Until the session ends from inactivity. */
  idleSeconds: number;
  /** Until the session reaches its maximum age. */
  absoluteSeconds: number;
  /** How long before the end the person is warned. */
  noticeSeconds: number;
};

/** The page to open next: two-step verification, or null for the page the person wanted. */
export type SignedIn = { next: "/sign-in/verify" | null };

export type TwoStepState = {
  authenticator: boolean;
  passkeys: number;
  emailCodes: boolean;
  recoveryCodesLeft: number;
};

/** What an authenticator app needs. Shown only during setup. */
export type AuthenticatorSetup = {
  /** Base32, for people who can't scan the QR code. */
  secret: string;
  /** QR code of the secret with issuer and account, as a data URI. */
  qrCode: string;
};

/** Shown only once. Empty if the existing codes stay valid. */
export type RecoveryCodes = { recoveryCodes: string[] };

/** A change to a person's own account. */
export type AccountActivity = Pick<AuditEvent, "id" | "at" | "ip" | "userAgent"> & { action: AccountAction };

type NamedWorkspace = { id: string; slug: string; name: string };

/** What deleting the account would do to everything the person owns. */
export type AccountDeletion = {
  /** Workspaces that block the deletion: this person is their last owner, and they have other members. */
  blockedBy: NamedWorkspace[];
  /** Workspaces that are deleted with the account, because it is their only member. */
  deleted: (NamedWorkspace & { activeKeys: number })[];
  /**
   * Workspaces that stay. `newOwners` are the members who can receive the person's keys. If the workspace is closed
   * to this session, keys and members are hidden, and the person's keys there are revoked.
   */
  left: (NamedWorkspace & {
    closed: boolean;
    keys: MemberKey[];
    newOwners: { userId: string; name: string; email: string | null }[];
  })[];
};
