import type { Role } from "./permissions";

export type Workspace = {
  id: string;
  slug: string;
  name: string;
  apiAccess: boolean;
  /** False where API_ACCESS_BY=operator: the switch is shown, and says who can move it. */
  apiAccessByAdmins: boolean;
  /** Members without a second step are led to set one up before anything else. */
  requireTwoStep: boolean;
  createdAt: string;
  /** The role of who asks. */
  role: Role;
  /** Whom to ask for what an admin decides. */
  admins: { name: string; email: string }[];
};

/** Whom switching API access off would stop. */
export type ApiAccessUse = {
  /** Keys that are accepted now. */
  activeKeys: number;
  callersInLastHour: number;
};

/** Why a workspace does not open to a session of a member: what must be done first, as the code of the refusal. */
export type ClosedBy = "single_sign_on_required" | "two_step_setup_required";

export type MemberView = {
  userId: string;
  name: string;
  /** Null for a service member, which is no person. */
  email: string | null;
  /** Path of the picture. */
  picture: string | null;
  role: Role;
  suspended: boolean;
  createdAt: string;
  /** The identity whose single sign-on made the membership; null for a member who joined in another way. */
  joinedBySso: {
    domain: string;
    /** What the provider called the account, with its issuer and subject. Null for members from before they were recorded. */
    account: string | null;
    issuer: string | null;
    subject: string | null;
  } | null;
  /** Keys that are accepted now. */
  activeKeys: number;
  /** Keys that are not revoked. */
  keys: number;
};
