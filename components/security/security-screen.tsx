"use client";

import { PageHeader } from "@/components/ui/page-header";
import { ActivitySection } from "./activity-section";
import { PasskeysSection } from "./passkeys-section";
import { PasswordSection } from "./password-section";
import { SessionsSection } from "./sessions-section";
import { TwoStepSection } from "./two-step-section";

type SecurityScreenProps = {
  email: string;
  passwordMinLength: number;
  /** The workspace that asks for a second step, where this one does. */
  twoStepRequiredBy: string | null;
};

export function SecurityScreen({ email, passwordMinLength, twoStepRequiredBy }: SecurityScreenProps) {
  return (
    <div className="max-w-180">
      <PageHeader title="Security">How you sign in, and where you are signed in now.</PageHeader>
      <div className="grid gap-6">
        <PasswordSection email={email} passwordMinLength={passwordMinLength} />
        <TwoStepSection requiredBy={twoStepRequiredBy} />
        <PasskeysSection />
        <SessionsSection />
        <ActivitySection />
      </div>
    </div>
  );
}
