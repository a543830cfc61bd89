import type { Metadata } from "next";
import { UsageScreen } from "@/components/usage/usage-screen";
import { requirePageWorkspace } from "@/lib/server/auth/page-session";

export const metadata: Metadata = { title: "Usage" };

export default async function UsagePage({ params }: { params: Promise<{ workspace: string }> }) {
  const { workspace } = await requirePageWorkspace((await params).workspace);
  return <UsageScreen workspace={workspace} />;
}
