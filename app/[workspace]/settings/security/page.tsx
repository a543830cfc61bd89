import type { Metadata } from "next";
import { findProviderNotice } from "@/components/security/provider-notice";
import { SecurityScreen } from "@/components/security/security-screen";
import {
  accountActivityQuery,
  connectedAccountListQuery,
  passkeyListQuery,
  sessionListQuery,
  twoStepQuery,
} from "@/lib/client/queries/account";
import { getPublicConfig, requirePageWorkspace } from "@/lib/server/auth/page-session";
import {
  readAccountActivity,
  readConnectedAccountList,
  readPasskeyList,
  readSessionList,
  readTwoStep,
} from "@/lib/server/http/account-reads";
import { Prefetched, pageQuery } from "../page-queries";
import type { SearchParams } from "../page-search";

export const metadata: Metadata = { title: "Security" };

type Props = {
  params: Promise<{ workspace: string }>;
  searchParams: SearchParams;
};

export default async function SecurityPage({ params, searchParams }: Props) {
  const { account, session, workspace, membership } = await requirePageWorkspace((await params).workspace);
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
    <Prefetched
      userId={account.userId}
      queries={[
        pageQuery(twoStepQuery(), () => readTwoStep(session)),
        pageQuery(passkeyListQuery(), () => readPasskeyList(session)),
        ...(identityProviders.length > 0
          ? [pageQuery(connectedAccountListQuery(), () => readConnectedAccountList(session))]
          : []),
        pageQuery(sessionListQuery(), () => readSessionList(session)),
        pageQuery(accountActivityQuery(), () => readAccountActivity(session)),
      ]}
    >
      <SecurityScreen
        email={account.email}
        hasPassword={account.hasPassword}
        connectedAccounts={identityProviders.length > 0 ? { notice } : null}
        signOnFirst={membership.closedBy === "single_sign_on_required" ? signOnFirst : null}
        passwordMinLength={passwordMinLength}
        twoStepRequiredBy={workspace.requireTwoStep ? workspace.name : null}
      />
    </Prefetched>
  );
}
