import type { Role } from "@/lib/contracts/permissions";
import type { MemberActor } from "@/lib/server/actor";
import type { Workspace } from "@/lib/server/generated/prisma/client";
import { db } from "@/lib/server/runtime";
import type { Person } from "@/lib/server/sessions/person";
import { makeMember, makeSessionCookie, makeWorkspace } from "./factories";

/** Every kind of visitor of a console route. */
export const visitors = ["signed out", "stranger", "viewer", "member", "admin", "owner"] as const;
export type Visitor = (typeof visitors)[number];

export type Stage = {
  workspace: Workspace;
  actors: Record<Role | "stranger", MemberActor>;
  users: Record<Role | "stranger", Person>;
};

/** A workspace with a member of each role, and a stranger who owns another workspace. All have the factories' password. */
export async function makeStage(): Promise<Stage> {
  const { workspace, owner, actor } = await makeWorkspace();
  const other = await makeWorkspace();
  const users: Partial<Stage["users"]> = { owner, stranger: other.owner };
  const actors: Partial<Stage["actors"]> = { owner: actor, stranger: other.actor };
  for (const role of ["admin", "member", "viewer"] as const) {
    const made = await makeMember(workspace, role);
    await db().user.update({ where: { id: made.user.id }, data: { passwordHash: owner.passwordHash } });
    users[role] = made.user;
    actors[role] = made.actor;
  }
  return { workspace, users, actors } as Stage;
}

/** Signs a visitor in and returns the Cookie header; nothing for a visitor who is signed out. */
export async function cookieOf(stage: Stage, visitor: Visitor): Promise<string | undefined> {
  return visitor === "signed out" ? undefined : makeSessionCookie(stage.users[visitor]);
}
