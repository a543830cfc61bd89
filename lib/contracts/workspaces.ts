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
  activeKeys: number;
};
