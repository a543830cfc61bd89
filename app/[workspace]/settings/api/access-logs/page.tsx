import type { Metadata } from "next";
import { AccessLogsScreen } from "@/components/access-logs/access-logs-screen";
import { requirePageWorkspace } from "@/lib/server/auth/page-session";

export const metadata: Metadata = { title: "Access logs" };

export default async function AccessLogsPage({ params }: { params: Promise<{ workspace: string }> }) {
  const { workspace } = await requirePageWorkspace((await params).workspace);
  return <AccessLogsScreen workspace={workspace} />;
}
