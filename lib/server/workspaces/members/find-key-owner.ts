import { AppError } from "@/lib/contracts/app-error";
import { excessOverRole, type RequestedRights } from "../../keys/key-access";
import { readCatalog, requireDeclared } from "../../keys/permission-catalog";
import { db } from "../../runtime";

/**
 * The owner of a key that the operator creates: the named member, or the first owner.
 * @throws AppError `not_found`; `invalid_request` for an undeclared permission; `insufficient_permissions` where the member's role does not allow such a key.
 */
export async function findKeyOwner(
  workspaceId: string,
  email: string | null,
  key: RequestedRights,
): Promise<{ userId: string; name: string }> {
  const member = await db().member.findFirst({
    where: {
      workspaceId,
      suspendedAt: null,
      ...(email === null ? { role: "owner" } : { user: { email: email.toLowerCase() } }),
    },
    include: { user: { select: { name: true } } },
    orderBy: { createdAt: "asc" },
  });
  if (!member)
    throw new AppError(
      "not_found",
      email === null ? "The workspace has no owner." : `${email} isn't a member of this workspace.`,
    );
  const catalog = await readCatalog();
  requireDeclared(key.permissions ?? [], catalog);
  if (excessOverRole(member.role, key, catalog))
    throw new AppError("insufficient_permissions", `A ${member.role} can't own such a key.`);
  return { userId: member.userId, name: member.user.name };
}
