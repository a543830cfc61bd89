import { AppError } from "@/lib/contracts/app-error";
import type { Workspace } from "../generated/prisma/client";
import { db } from "../runtime";

/**
 * A workspace as an operator names it: by id, by slug, or by a name that only one has.
 * @throws AppError `not_found`, or `conflict` for a name that several have.
 */
export async function requireWorkspace(named: string): Promise<Workspace> {
  const exact = await db().workspace.findFirst({ where: { OR: [{ id: named }, { slug: named }] } });
  if (exact) return exact;
  const [first, second] = await db().workspace.findMany({ where: { name: named }, take: 2 });
  if (!first) throw new AppError("not_found", `There is no workspace ${named}.`);
  if (second)
    throw new AppError("conflict", `Several workspaces are named ${named}. Use the id or the slug.`);
  return first;
}
