import type { AccountActivity } from "@/lib/contracts/account";
import type { AuditAction } from "@/lib/contracts/audit-actions";
import { db } from "../runtime";

const most = 20;
/** Would push what matters off the list: people try themes. */
const trifles: AuditAction[] = ["account.preferences_changed"];

/** The last things a person did to their own account, newest first. */
export async function listAccountActivity(userId: string): Promise<AccountActivity[]> {
  const rows = await db().auditEvent.findMany({
    where: { workspaceId: null, actorId: userId, action: { notIn: trifles } },
    orderBy: { id: "desc" },
    take: most,
  });
  return rows.map(({ id, at, action, ip, userAgent }) => ({
    id,
    at: at.toISOString(),
    action: action as AuditAction,
    ip,
    userAgent,
  }));
}
