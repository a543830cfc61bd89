import type { Metadata } from "next";
import { MembersScreen } from "@/components/members/members-screen";
import { requirePageWorkspace } from "@/lib/server/auth/page-session";

export const metadata: Metadata = { title: "Members" };

export default async function MembersPage({ params }: { params: Promise<{ workspace: string }> }) {
  const { account, workspace } = await requirePageWorkspace((await params).workspace);
  return <MembersScreen key={workspace.slug} workspace={workspace} userId={account.userId} />;
}
