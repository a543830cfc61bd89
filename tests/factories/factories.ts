import { randomBytes } from "node:crypto";
import type { CreateApiKeyInput } from "@/lib/contracts/api-key-input";
import type { AddServiceMemberInput } from "@/lib/contracts/member-input";
import type { Role } from "@/lib/contracts/permissions";
import { insertUserWithWorkspace, newPasswordHash } from "@/lib/server/accounts/users/sign-up";
import { type MemberActor, type Origin, systemActor } from "@/lib/server/actor";
import type { User, Workspace } from "@/lib/server/generated/prisma/client";
import { createApiKey, type NewApiKey } from "@/lib/server/keys/create-api-key";
import { newId } from "@/lib/server/new-id";
import { db } from "@/lib/server/runtime";
import { type Person, personOf } from "@/lib/server/sessions/person";
import { createSession } from "@/lib/server/sessions/session-store";
import { addServiceMember } from "@/lib/server/workspaces/members/service-members";
import { setApiAccess } from "@/lib/server/workspaces/workspace-settings";

export const password = "correct horse battery staple";
let passwordHash: Promise<string> | undefined;
export const nowhere: Origin = { ip: "203.0.113.7", userAgent: "test", requestId: null };

/** Creates a workspace with its owner. API access is on by default. */
export async function makeWorkspace(
  options: { apiAccess?: boolean; name?: string } = {},
): Promise<{ workspace: Workspace; owner: Person; actor: MemberActor }> {
  const unique = randomBytes(5).toString("hex");
  // Hashed once for each worker: it takes 20 ms of processor time.
  passwordHash ??= newPasswordHash(password);
  const hash = await passwordHash;
  const person = {
    email: `owner-${unique}@example.test`,
    name: "Ada",
    workspaceName: options.name ?? `Acme ${unique}`,
  };
  const { user: owner, workspace } = await db().$transaction((transaction) =>
    insertUserWithWorkspace(transaction, person, hash, nowhere),
  );
  if (options.apiAccess !== false) await setApiAccess(systemActor(workspace.id, "Operator"), true);
  return { workspace, owner, actor: memberActor(workspace, owner, "owner") };
}

/** Adds a person to a workspace. */
export async function makeMember(
  workspace: Workspace,
  role: Role,
): Promise<{ user: Person; actor: MemberActor }> {
  const id = newId("usr");
  const user = personOf(
    await db().user.create({ data: { id, email: `${role}-${id}@example.test`, name: `The ${role}` } }),
  );
  await db().member.create({ data: { workspaceId: workspace.id, userId: user.id, role } });
  return { user, actor: memberActor(workspace, user, role) };
}

/** Creates a service member in the actor's workspace. */
export function makeServiceMember(
  actor: MemberActor,
  role: AddServiceMemberInput["role"] = "member",
): Promise<{ userId: string }> {
  return addServiceMember(actor, { name: "Deploy bot", role });
}

export function memberActor(workspace: Workspace, user: User, role: Role): MemberActor {
  return {
    type: "member",
    workspaceId: workspace.id,
    userId: user.id,
    name: user.name,
    role,
    origin: nowhere,
  };
}

/** Creates a key owned by the actor: by default read & write, without expiry. */
export function makeKey(actor: MemberActor, input: Partial<CreateApiKeyInput> = {}): Promise<NewApiKey> {
  return createApiKey(actor, { name: "blog ingest", permissionLevel: "read_write", ...input });
}

/** Signs a person in and returns the Cookie header. */
export async function makeSessionCookie(user: User): Promise<string> {
  return `keyward.session=${(await createSession(user.id, nowhere, { by: "password", at: "now" })).token}`;
}
