import { AppError } from "@/lib/contracts/app-error";
import { roleMay } from "@/lib/contracts/permissions";
import { db } from "../../runtime";

/**
 * The member who will own a key that the operator makes: the one named, else the first owner.
 * @throws AppError `not_found`; `insufficient_permissions` where the member's role does not allow such a key.
 */
export async function findKeyOwner(
  workspaceId: string,
  email: string | null,
  key: { readWrite: boolean; managing: boolean },
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
      email === null ? "The workspace has no owner." : `${email} is no member of this workspace.`,
    );
  const allowed =
    (!key.readWrite || roleMay(member.role, "api_key.create_read_write")) &&
    (!key.managing || roleMay(member.role, "api_key.create_managing"));
  if (!allowed) throw new AppError("insufficient_permissions", `A ${member.role} may not own such a key.`);
  return { userId: member.userId, name: member.user.name };
}
