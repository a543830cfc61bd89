import type { ActorType } from "@/lib/contracts/audit-events";
import type { Role } from "@/lib/contracts/permissions";
import type { KeyRecord } from "@/lib/engine/keys/key-record";
import type { Rights } from "@/lib/engine/permissions/rights";

/** Where a change came from. Stored with its audit event. */
export type Origin = { ip: string | null; userAgent: string | null; requestId: string | null };

/** A person acting in one workspace through the console. */
export type MemberActor = {
  type: "member";
  workspaceId: string;
  userId: string;
  name: string;
  role: Role;
  origin: Origin;
};

/** A key acting in its workspace, with the rights that its owner's current role leaves it. */
export type KeyActor = Pick<
  KeyRecord,
  | "workspaceId"
  | "keyId"
  | "name"
  | "ownerId"
  | "roleCeiling"
  | "environment"
  | "allowedIps"
  | "reportOnlyIps"
  | "reportOnlyRateLimit"
  | "reportOnlyEnforceAt"
  | "rateLimitPerMinute"
  | "expiresAt"
  | "lifetimeSeconds"
> &
  Rights & {
    type: "key";
    /** The limit that applies: the key's own, its workspace's, or the server's. */
    limitPerMinute: number;
    origin: Origin;
  };

/** The operator's command line and background jobs, and services with a service token. */
export type SystemActor = {
  type: "system";
  workspaceId: string;
  name: string;
  origin: Origin;
  /** The label of the service token. */
  service?: string;
};

export type Actor = MemberActor | KeyActor | SystemActor;

/** The actor as stored with audit events, and with keys that it creates or disables. */
export function actorReference(actor: Actor): { type: ActorType; id: string } {
  if (actor.type === "member") return { type: "user", id: actor.userId };
  if (actor.type === "key") return { type: "key", id: actor.keyId };
  return actor.service === undefined
    ? { type: "system", id: "system" }
    : { type: "service", id: actor.service };
}

export function systemActor(workspaceId: string, name: string): SystemActor {
  return { type: "system", workspaceId, name, origin: { ip: null, userAgent: null, requestId: null } };
}

/** A service with this token, acting in a workspace. */
export function serviceActor(workspaceId: string, label: string, requestId: string): SystemActor {
  const origin = { ip: null, userAgent: null, requestId };
  return { type: "system", workspaceId, name: label, origin, service: label };
}
