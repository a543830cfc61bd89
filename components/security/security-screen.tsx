"use client";

import { PageHeader } from "@/components/ui/page-header";
import { PasswordSection } from "./password-section";
import { SessionsSection } from "./sessions-section";

export function SecurityScreen({ email, passwordMinLength }: { email: string; passwordMinLength: number }) {
  return (
    <div className="max-w-180">
      <PageHeader title="Security">How you sign in, and where you are signed in now.</PageHeader>
      <div className="grid gap-6">
        <PasswordSection email={email} passwordMinLength={passwordMinLength} />
        <SessionsSection />
      </div>
    </div>
  );
}
