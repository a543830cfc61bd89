import type { Metadata } from "next";
import { SecurityScreen } from "@/components/security/security-screen";
import { getPublicConfig, requirePageWorkspace } from "@/lib/server/auth/page-session";

export const metadata: Metadata = { title: "Security" };

export default async function SecurityPage({ params }: { params: Promise<{ workspace: string }> }) {
  const { account, workspace } = await requirePageWorkspace((await params).workspace);
  return (
    <SecurityScreen
      email={account.email}
      passwordMinLength={getPublicConfig().passwordMinLength}
      twoStepRequiredBy={workspace.requireTwoStep ? workspace.name : null}
    />
  );
}
