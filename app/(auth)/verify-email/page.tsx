import type { Metadata } from "next";
import { AuthCard } from "@/components/auth/auth-card";
import { ConfirmAddressForm } from "@/components/auth/confirm-address-form";
import { FinishSignUpForm } from "@/components/auth/finish-sign-up-form";
import { getPublicConfig } from "@/lib/server/auth/page-session";
import { findLink } from "@/lib/server/mailed-links/mailed-link";

export const metadata: Metadata = { title: "Email address" };

type Search = Promise<{ token?: string | string[] }>;

export default async function VerifyEmailPage({ searchParams }: { searchParams: Search }) {
  const { token } = await searchParams;
  const link = typeof token === "string" ? await findLink(token) : null;
  if (typeof token !== "string" || !link || link.purpose === "reset_password")
    return (
      <AuthCard title="This link no longer works">
        <p className="text-muted">
          It was used already, replaced by a later one, or is too old. Ask for a new one where you asked for
          this.
        </p>
      </AuthCard>
    );
  if (link.purpose === "sign_up")
    return (
      <AuthCard title="Choose your password">
        <FinishSignUpForm
          token={token}
          email={link.email}
          passwordMinLength={getPublicConfig().passwordMinLength}
        />
      </AuthCard>
    );
  const isNew = link.purpose === "change_email";
  return (
    <AuthCard title={isNew ? "Confirm your new address" : "Verify your address"}>
      <ConfirmAddressForm token={token} email={link.email} isNew={isNew} />
    </AuthCard>
  );
}
