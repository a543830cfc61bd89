import type { Metadata } from "next";
import { findProviderNotice } from "@/components/security/provider-notice";
import { SecurityScreen } from "@/components/security/security-screen";
import { getPublicConfig, requirePageWorkspace } from "@/lib/server/auth/page-session";

export const metadata: Metadata = { title: "Security" };

type Props = {
  params: Promise<{ workspace: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
};

export default async function SecurityPage({ params, searchParams }: Props) {
  const { account, workspace, membership } = await requirePageWorkspace((await params).workspace);
  const { passwordMinLength, identityProviders } = getPublicConfig();
  const notice = findProviderNotice(await searchParams, identityProviders);
  const sso = identityProviders.find(({ id }) => id === "oidc");
  const signOnFirst = {
    workspaceName: workspace.name,
    providerName: sso?.name ?? null,
    joinedAs: membership.member.ssoLabel,
    connected: account.confirmingProviders.some(({ id }) => id === "oidc"),
  };
  return (
    <SecurityScreen
      email={account.email}
      hasPassword={account.hasPassword}
      connectedAccounts={identityProviders.length > 0 ? { notice } : null}
      signOnFirst={membership.closedBy === "single_sign_on_required" ? signOnFirst : null}
      passwordMinLength={passwordMinLength}
      twoStepRequiredBy={workspace.requireTwoStep ? workspace.name : null}
    />
  );
}
