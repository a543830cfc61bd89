import { AppError } from "@/lib/contracts/app-error";
import { reservedSlugs } from "@/lib/contracts/workspace-input";
import { type MemberActor, type Origin, serviceActor } from "../actor";
import { recordAuditEvent } from "../audit/record-audit-event";
import type { Prisma, Workspace } from "../generated/prisma/client";
import { newId } from "../new-id";
import { db } from "../runtime";
import { lockUser } from "../sessions/lock-user";

const maximumOwnedWorkspaces = 50;

/** Creates a workspace with its owner. API access is off at first. */
export async function createWorkspace(
  transaction: Prisma.TransactionClient,
  owner: { id: string; name: string },
  name: string,
  origin: Origin,
): Promise<Workspace> {
  const workspace = await transaction.workspace.create({
    data: { id: newId("ws"), slug: await freeSlug(transaction, name), name },
  });
  await transaction.member.create({ data: { workspaceId: workspace.id, userId: owner.id, role: "owner" } });
  await transaction.user.update({ where: { id: owner.id }, data: { lastWorkspaceId: workspace.id } });
  const actor: MemberActor = {
    type: "member",
    workspaceId: workspace.id,
    userId: owner.id,
    name: owner.name,
    role: "owner",
    origin,
  };
  await recordAuditEvent(
    transaction,
    actor,
    "workspace.created",
    { type: "workspace", id: workspace.id, name },
    { slug: workspace.slug },
  );
  return workspace;
}

/** Creates a workspace without members, for a service that knows it by this external id. API access is off at first. */
export async function createServiceWorkspace(
  name: string,
  externalId: string,
  service: string,
  requestId: string,
): Promise<Workspace> {
  return db().$transaction(async (transaction) => {
    const workspace = await transaction.workspace.create({
      data: { id: newId("ws"), slug: await freeSlug(transaction, name), name, externalId },
    });
    await recordAuditEvent(
      transaction,
      serviceActor(workspace.id, service, requestId),
      "workspace.created",
      { type: "workspace", id: workspace.id, name },
      { slug: workspace.slug, externalId },
    );
    return workspace;
  });
}

/** @throws AppError `conflict` if the person owns the maximum number of workspaces. */
export async function requireRoomForWorkspace(
  transaction: Prisma.TransactionClient,
  userId: string,
): Promise<void> {
  // The lock keeps concurrent requests from all passing the same count.
  await lockUser(transaction, userId);
  const owned = await transaction.member.count({ where: { userId, role: "owner" } });
  if (owned >= maximumOwnedWorkspaces)
    throw new AppError(
      "conflict",
      `You own ${maximumOwnedWorkspaces} workspaces, which is the limit. Delete one to create another.`,
    );
}

/** Turns a name into a free slug: `Acme & Söhne` → `acme-sohne`, with a number if the slug is taken. */
async function freeSlug(transaction: Prisma.TransactionClient, name: string): Promise<string> {
  const base = slugify(name);
  // The lock keeps two sign-ups with the same name from choosing the same slug.
  await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtext(${`workspace-slug:${base}`}))`;
  const taken = await transaction.workspace.findMany({
    where: { slug: { startsWith: base } },
    select: { slug: true },
  });
  const slugs = new Set([...taken.map(({ slug }) => slug), ...reservedSlugs]);
  if (!slugs.has(base)) return base;
  let number = 2;
  while (slugs.has(`${base}-${number}`)) number += 1;
  return `${base}-${number}`;
}

export function slugify(name: string): string {
  const plain = name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/\p{M}/gu, "")
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 32)
    .replace(/^-+|-+$/g, "");
  if (plain.length >= 3) return plain;
  return plain ? `${plain}-workspace` : "workspace";
}
