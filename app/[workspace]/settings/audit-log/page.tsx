import type { Metadata } from "next";
import { AuditLogScreen } from "@/components/audit-log/audit-log-screen";
import { requirePageWorkspace } from "@/lib/server/auth/page-session";

export const metadata: Metadata = { title: "Audit log" };

export default async function AuditLogPage({ params }: { params: Promise<{ workspace: string }> }) {
  const { workspace } = await requirePageWorkspace((await params).workspace);
  return <AuditLogScreen workspace={workspace} />;
}
