import { AppError } from "@/lib/contracts/app-error";
import type { KeyPolicy } from "@/lib/contracts/key-policy";
import type { Role } from "@/lib/contracts/permissions";
import type { Workspace as WorkspaceView } from "@/lib/contracts/workspaces";
import type { MemberActor } from "../actor";
import { db, runtime } from "../runtime";
import { personOf } from "../sessions/person";

/** The workspace as a member sees it. */
export async function getWorkspace(actor: Pick<MemberActor, "workspaceId" | "role">): Promise<WorkspaceView> {
  const workspace = await db().workspace.findUnique({
    where: { id: actor.workspaceId },
    include: {
      members: {
        where: {
          role: { in: ["owner", "admin"] satisfies Role[] },
          suspendedAt: null,
          user: { serviceOf: null },
        },
        select: { user: { select: { name: true, email: true } } },
        orderBy: { createdAt: "asc" },
        take: 5,
      },
    },
  });
  if (!workspace) throw new AppError("not_found");
  return {
    id: workspace.id,
    slug: workspace.slug,
    name: workspace.name,
    apiAccess: workspace.apiAccess,
    apiAccessByAdmins: runtime().env.apiAccessBy === "admin",
    requireTwoStep: workspace.requireTwoStep,
    keyPolicy: workspace.keyPolicy as KeyPolicy | null,
    createdAt: workspace.createdAt.toISOString(),
    role: actor.role,
    admins: workspace.members.map(({ user }) => personOf(user)),
  };
}
