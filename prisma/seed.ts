import { randomBytes } from "node:crypto";
import type { AuditAction } from "@/lib/contracts/audit-actions";
import type { Role } from "@/lib/contracts/permissions";
import { hashPassword } from "@/lib/server/accounts/users/password";
import { createUserWithWorkspace } from "@/lib/server/accounts/users/sign-up";
import { type MemberActor, type Origin, systemActor } from "@/lib/server/actor";
import { recordAuditEvent, type Target } from "@/lib/server/audit/record-audit-event";
import { EnvError } from "@/lib/server/env";
import { createApiKey } from "@/lib/server/keys/create-api-key";
import { readPermissionCatalog, replacePermissionCatalog } from "@/lib/server/keys/permission-catalog";
import { newId } from "@/lib/server/new-id";
import { setQuotas } from "@/lib/server/quotas/set-quotas";
import { db, runtime } from "@/lib/server/runtime";
import { setApiAccess } from "@/lib/server/workspaces/workspace-settings";
import { callsOf, demoDays, hourMs, keylessCalls, writeCalls } from "./demo-calls";
import { addDemoEvents } from "./demo-events";
import { type DemoKey, demoAccessOff, demoKeys, demoPermissions } from "./demo-keys";

const origin: Origin = { ip: "127.0.0.1", userAgent: "keyward demo", requestId: null };

export type DemoSignIn = { email: string; password: string };

/**
 * Creates a demo workspace with members of each role, keys of each status, 30 days of log with a bad hour last night, and a day of
 * events. If it exists, this only
 * sets a new password for its owner, to print it.
 * @throws EnvError unless the server is local, because the password is printed.
 */
export async function seedDemo(): Promise<DemoSignIn> {
  if (!runtime().env.local) throw new EnvError("--demo is for a local server: it prints a password");
  const email = "ada@demo.example";
  const password = randomBytes(12).toString("base64url");
  const { count } = await db().user.updateMany({
    where: { email },
    data: { passwordHash: await hashPassword(password) },
  });
  if (count === 0) await makeDemo(email, password);
  return { email, password };
}

async function makeDemo(email: string, password: string): Promise<void> {
  const { user, workspace } = await createUserWithWorkspace(
    { email, name: "Ada", password, workspaceName: "Demo" },
    origin,
  );
  const system = systemActor(workspace.id, "Demo");
  await setApiAccess(system, true);
  const actors = { owner: actorOf(workspace.id, user, "owner") } as Record<Role, MemberActor>;
  for (const [role, name] of [
    ["admin", "Ben"],
    ["member", "Chi"],
    ["viewer", "Dee"],
  ] as const) {
    actors[role] = await addMember(actors.owner, role, name);
  }
  await declarePermissions();
  const now = Date.now();
  const calls = keylessCalls(now);
  for (const key of demoKeys) calls.push(...(await addKey(key, actors[key.owner], now)));
  await writeCalls(calls);
  await addPast(actors.owner, now);
  await addQuotas(workspace.id);
  await addDemoEvents(actors.owner, now);
}

/** Unless the operator has declared others. */
async function declarePermissions(): Promise<void> {
  const { permissions } = await readPermissionCatalog();
  if (permissions.length === 0)
    await replacePermissionCatalog({ permissions: demoPermissions, routes: [] }, origin);
}

/** Quotas as a pricing plan would set them, with what the demo calls used of them this month. */
async function addQuotas(workspaceId: string): Promise<void> {
  const { pool } = runtime();
  const { id: blogIngest } = await db().apiKey.findFirstOrThrow({
    where: { workspaceId, name: "blog ingest" },
  });
  await setQuotas(systemActor(workspaceId, "Demo"), () => [
    { keyId: null, meter: "requests", limit: 60_000, period: "month" },
    { keyId: null, meter: "uploads", limit: 500, period: "month" },
    { keyId: blogIngest, meter: "uploads", limit: 40, period: "day" },
  ]);
  await pool.query(
    `INSERT INTO quotas.usages (workspace_id, meter, period, starts_at, counted_since, granted)
     SELECT $1, meter, 'month', start, start, ceil(part * coalesce(sum(allowed), 0))
     FROM date_trunc('month', clock_timestamp(), 'UTC') AS start
     CROSS JOIN (VALUES ('requests', 1), ('uploads', 0.01)) AS meters (meter, part)
     LEFT JOIN access_log.hourly_uses u ON u.workspace_id = $1 AND u.hour >= start
     GROUP BY meter, start, part`,
    [workspaceId],
  );
}

function actorOf(workspaceId: string, user: { id: string; name: string }, role: Role): MemberActor {
  return { type: "member", workspaceId, userId: user.id, name: user.name, role, origin };
}

async function addMember(by: MemberActor, role: Role, name: string): Promise<MemberActor> {
  return db().$transaction(async (transaction) => {
    const user = await transaction.user.create({
      data: { id: newId("usr"), email: `${name.toLowerCase()}@demo.example`, name },
    });
    await transaction.member.create({ data: { workspaceId: by.workspaceId, userId: user.id, role } });
    await recordAuditEvent(transaction, by, "member.added", { type: "member", id: user.id, name }, { role });
    return actorOf(by.workspaceId, user, role);
  });
}

/** @returns Its calls, of which those after its end are refused. */
async function addKey(demo: DemoKey, actor: MemberActor, now: number): Promise<ReturnType<typeof callsOf>> {
  const { key } = await createApiKey(actor, demo.input);
  await db().apiKey.update({
    where: { id: key.id },
    data: {
      // The key without a program has been unused for so long that it is one to review.
      createdAt: new Date(now - (demo.usual ? demoDays + 1 : 120) * 24 * hourMs),
      mailNewCallers: demo.mailNewCallers ?? false,
    },
  });
  const { userId, workspaceId } = actor;
  return callsOf(demo, { keyId: key.id, workspaceId, userId }, now);
}

/** What Ada did in the past, with its audit events. Written without the functions of the product, whose clock is now. */
async function addPast(ada: MemberActor, now: number): Promise<void> {
  for (const { input, ended } of demoKeys) {
    if (!ended) continue;
    const at = new Date(now - ended.ago * hourMs);
    const { id } = await db().apiKey.findFirstOrThrow({
      where: { workspaceId: ada.workspaceId, name: input.name },
    });
    const disabled = {
      disabledAt: at,
      disabledByType: "user",
      disabledById: ada.userId,
      disabledByAdmin: true,
    } as const;
    const data = { disabled, revoked: { revokedAt: at }, expired: { expiresAt: at } }[ended.as];
    await db().apiKey.update({ where: { id }, data });
    if (ended.as !== "expired")
      await addAuditEvent(ada, at, `api_key.${ended.as}`, { type: "api_key", id, name: input.name });
  }
  const { id, name } = await db().workspace.findUniqueOrThrow({ where: { id: ada.workspaceId } });
  for (const [action, ago] of [
    ["workspace.api_access_disabled", demoAccessOff.from],
    ["workspace.api_access_enabled", demoAccessOff.to],
  ] as const)
    await addAuditEvent(ada, new Date(now - ago * hourMs), action, { type: "workspace", id, name });
}

async function addAuditEvent(by: MemberActor, at: Date, action: AuditAction, target: Target): Promise<void> {
  await db().auditEvent.create({
    data: {
      ...{ id: newId("aud", at.getTime()), at, workspaceId: by.workspaceId, action },
      ...{ actorType: "user", actorId: by.userId, actorName: by.name },
      ...{ targetType: target.type, targetId: target.id, targetName: target.name },
      ...{ ip: origin.ip, userAgent: origin.userAgent },
    },
  });
}
