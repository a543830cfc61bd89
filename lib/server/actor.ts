import type { PermissionLevel } from "@/lib/contracts/api-keys";
import type { Role } from "@/lib/contracts/permissions";

/** Where a change came from, for its audit event. */
export type Origin = { ip: string | null; userAgent: string | null; requestId: string | null };

/** A person acting in one workspace, through the console. */
export type MemberActor = {
  type: "member";
  workspaceId: string;
  userId: string;
  name: string;
  role: Role;
  origin: Origin;
};

/** A key acting in its workspace, with its owner's role as it is now. */
export type KeyActor = {
  type: "key";
  workspaceId: string;
  keyId: string;
  name: string;
  ownerId: string;
  role: Role;
  permissionLevel: PermissionLevel;
  canManageKeys: boolean;
  environment: string;
  allowedIps: string[];
  /** Its own; null where it has its workspace's or the server's. */
  rateLimitPerMinute: number | null;
  /** The limit in force, wherever it comes from. */
  limitPerMinute: number;
  expiresAt: Date | null;
  lifetimeSeconds: number | null;
  origin: Origin;
};

/** The operator's command line and the program's own jobs. */
export type SystemActor = { type: "system"; workspaceId: string; name: string; origin: Origin };

export type Actor = MemberActor | KeyActor | SystemActor;

export function systemActor(workspaceId: string, name: string): SystemActor {
  return { type: "system", workspaceId, name, origin: { ip: null, userAgent: null, requestId: null } };
}
