import type { Metadata } from "next";
import { ProfileScreen } from "@/components/profile/profile-screen";
import { requirePageWorkspace } from "@/lib/server/auth/page-session";
import { Prefetched } from "../page-queries";

export const metadata: Metadata = { title: "Profile" };

export default async function ProfilePage({ params }: { params: Promise<{ workspace: string }> }) {
  const { account, workspace } = await requirePageWorkspace((await params).workspace);
  return (
    <Prefetched userId={account.userId} queries={[]}>
      <ProfileScreen account={account} slug={workspace.slug} />
    </Prefetched>
  );
}
