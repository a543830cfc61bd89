import { AppError } from "@/lib/contracts/app-error";
import type { Workspace } from "../generated/prisma/client";
import { db } from "../runtime";

/**
 * Finds a workspace by id, slug, or unambiguous name.
 * @throws AppError `not_found`; `conflict` if several workspaces have the name.
 */
export async function requireWorkspace(named: string): Promise<Workspace> {
  const exact = await db().workspace.findFirst({ where: { OR: [{ id: named }, { slug: named }] } });
  if (exact) return exact;
  const [first, second] = await db().workspace.findMany({ where: { name: named }, take: 2 });
  if (!first) throw new AppError("not_found", `Workspace ${named} not found.`);
  if (second)
    throw new AppError("conflict", `Several workspaces are named ${named}. Use the id or the slug.`);
  return first;
}
