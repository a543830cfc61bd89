"use client";

import type { ComponentProps } from "react";
import { PageHeader } from "@/components/ui/page-header";
import { ActivitySection } from "./activity-section";
import { ConnectedAccountsSection, type ProviderNotice } from "./connected-accounts-section";
import { PasskeysSection } from "./passkeys-section";
import { PasswordSection } from "./password-section";
import { SessionsSection } from "./sessions-section";
import { SetPasswordSection } from "./set-password-section";
import { SingleSignOnAlert } from "./single-sign-on-alert";
import { TwoStepSection } from "./two-step-section";

type SecurityScreenProps = {
  email: string;
  hasPassword: boolean;
  /** Null if no identity provider is configured. */
  connectedAccounts: { notice: ProviderNotice | null } | null;
  /** Set if the workspace requires single sign-on and this session didn't use it. */
  signOnFirst: ComponentProps<typeof SingleSignOnAlert> | null;
  passwordMinLength: number;
  /** The workspace's name if it requires two-step verification. */
  twoStepRequiredBy: string | null;
};

export function SecurityScreen({
  email,
  hasPassword,
  connectedAccounts,
  signOnFirst,
  passwordMinLength,
  twoStepRequiredBy,
}: SecurityScreenProps) {
  const Password = hasPassword ? PasswordSection : SetPasswordSection;
  return (
    <div className="max-w-180">
      <PageHeader title="Security">How you sign in, and where you’re signed in.</PageHeader>
      <div className="grid gap-6">
        {signOnFirst && <SingleSignOnAlert {...signOnFirst} />}
        <Password email={email} passwordMinLength={passwordMinLength} />
        <TwoStepSection requiredBy={twoStepRequiredBy} />
        <PasskeysSection />
        {connectedAccounts && <ConnectedAccountsSection notice={connectedAccounts.notice} />}
        <SessionsSection />
        <ActivitySection />
      </div>
    </div>
  );
}
