import { AppError } from "@/lib/contracts/app-error";
import type { ImportLine } from "@/lib/contracts/key-import-input";
import type { Prisma } from "../../generated/prisma/client";
import type { ImportOwner } from "../../keys/import-keys";
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

/** The member that an import line names by id, external id or address; by default the first owner, or else the oldest member. */
export async function findImportOwner(
  workspaceId: string,
  { owner, owner_email: email }: Pick<ImportLine, "owner" | "owner_email">,
): Promise<ImportOwner | null> {
  const select = { userId: true, role: true, suspendedAt: true } as const;
  const oldest = { select, orderBy: { createdAt: "asc" } } as const;
  const member =
    owner === undefined && email === undefined
      ? ((await db().member.findFirst({ where: { workspaceId, role: "owner" }, ...oldest })) ??
        (await db().member.findFirst({ where: { workspaceId }, ...oldest })))
      : await db().member.findFirst({ where: { workspaceId, ...whoIs(owner, email) }, select });
  return member && { userId: member.userId, role: member.role, suspended: member.suspendedAt !== null };
}

function whoIs(owner: string | undefined, email: string | undefined): Prisma.MemberWhereInput {
  return {
    ...(email !== undefined && { user: { email: email.toLowerCase() } }),
    ...(owner?.startsWith("ext:")
      ? { externalId: owner.slice("ext:".length) }
      : owner !== undefined && { userId: owner }),
  };
}
