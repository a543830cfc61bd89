import { AppError } from "@/lib/contracts/app-error";
import { type SystemActor, serviceActor } from "../actor";
import type { Workspace } from "../generated/prisma/client";
import { db } from "../runtime";
import type { ServiceToken } from "../service-token";
import type { ServiceRequest } from "./service-request";

/** The id or the external id that a segment of a path, or a body, names. */
export type Named = { id: string } | { externalId: string };

/** Reads `ws_…` or `ext:ID`. @returns Null for what can be neither. */
export function readNamed(text: string): Named | null {
  if (!text.startsWith("ext:")) return /^[\w-]{1,64}$/.test(text) ? { id: text } : null;
  const externalId = text.slice("ext:".length);
  return /^[!-~]{1,200}$/.test(externalId) ? { externalId } : null;
}

/** The same from a segment of a path, which is decoded once. */
export function readNamedSegment(segment: string): Named | null {
  try {
    return readNamed(decodeURIComponent(segment));
  } catch {
    return null;
  }
}

/** @returns Null for an unknown workspace, and for one that the token doesn't open. */
export async function findWorkspace(named: Named | null, token: ServiceToken): Promise<Workspace | null> {
  const workspace = named && (await db().workspace.findUnique({ where: named }));
  if (token.workspaceId !== null && workspace?.id !== token.workspaceId) return null;
  return workspace;
}

/** The workspace of the path, and the service as an actor in it. @throws AppError `not_found` */
export async function requireServiceWorkspace({
  params,
  token,
  requestId,
}: Pick<ServiceRequest, "params" | "token" | "requestId">): Promise<{
  workspace: Workspace;
  actor: SystemActor;
}> {
  const workspace = await findWorkspace(readNamedSegment(params.workspace_id ?? ""), token);
  if (!workspace) throw new AppError("not_found", "Workspace not found.");
  return { workspace, actor: serviceActor(workspace.id, token.label, requestId) };
}

/** @throws AppError `insufficient_permissions` for a token that opens one workspace only. */
export function requireUnbound({ workspaceId }: ServiceToken): void {
  if (workspaceId !== null)
    throw new AppError(
      "insufficient_permissions",
      "This service token may not do this: it is bound to one workspace.",
    );
}
