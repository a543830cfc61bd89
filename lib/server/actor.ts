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
  | "environment"
  | "allowedIps"
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

/** The operator's command line and background jobs. */
export type SystemActor = { type: "system"; workspaceId: string; name: string; origin: Origin };

export type Actor = MemberActor | KeyActor | SystemActor;

/** The actor as stored with audit events, and with keys that it creates or disables. */
export function actorReference(actor: Actor): { type: "user" | "key" | "system"; id: string } {
  if (actor.type === "member") return { type: "user", id: actor.userId };
  if (actor.type === "key") return { type: "key", id: actor.keyId };
  return { type: "system", id: "system" };
}

export function systemActor(workspaceId: string, name: string): SystemActor {
  return { type: "system", workspaceId, name, origin: { ip: null, userAgent: null, requestId: null } };
}
