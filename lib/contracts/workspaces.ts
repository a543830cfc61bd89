import type { KeyPolicy } from "./key-policy";
import type { Role } from "./permissions";

export type Workspace = {
  id: string;
  slug: string;
  name: string;
  apiAccess: boolean;
  /** False with API_ACCESS_BY=operator: the switch is read-only and says who can change it. */
  apiAccessByAdmins: boolean;
  /** Members must set up two-step verification before they can open this workspace. */
  requireTwoStep: boolean;
  /** Null if keys don't have to meet anything. */
  keyPolicy: KeyPolicy | null;
  createdAt: string;
  /** The role of the requesting member. */
  role: Role;
  /** Admins to contact. */
  admins: { name: string; email: string }[];
};

/** What turning off API access would affect. */
export type ApiAccessUse = {
  /** Active keys. */
  activeKeys: number;
  callersInLastHour: number;
};

/** Why a session can't open a workspace, as the error code. */
export type ClosedBy = "single_sign_on_required" | "two_step_setup_required";

export type MemberView = {
  userId: string;
  name: string;
  /** Null for service members. */
  email: string | null;
  /** Path of the picture. */
  picture: string | null;
  role: Role;
  suspended: boolean;
  createdAt: string;
  /** The identity that joined by single sign-on. Null for members who joined another way. */
  joinedBySso: {
    domain: string;
    /** The provider's name for the account, with issuer and subject. Null for members who joined before this was recorded. */
    account: string | null;
    issuer: string | null;
    subject: string | null;
  } | null;
  /** Active keys. */
  activeKeys: number;
  /** All keys except revoked ones. */
  keys: number;
};
