import type { Metadata } from "next";
import Link from "next/link";
import { AuthCard } from "@/components/auth/auth-card";
import { ResetPasswordForm } from "@/components/auth/reset-password-form";
import { buttonStyle } from "@/components/ui/button-style";
import { getPublicConfig } from "@/lib/server/auth/page-session";
import { findAccountOfLink, findLink } from "@/lib/server/sessions/mailed-link";

export const metadata: Metadata = { title: "Choose a new password" };

type Search = Promise<{ token?: string | string[] }>;

export default async function ResetPasswordPage({ searchParams }: { searchParams: Search }) {
  const { token } = await searchParams;
  const link = typeof token === "string" ? await findLink(token) : null;
  if (typeof token !== "string" || link?.purpose !== "reset_password")
    return (
      <AuthCard title="This link no longer works">
        <p className="mb-5 text-muted">It was already used, replaced by a newer one, or has expired.</p>
        <Link href="/forgot-password" className={buttonStyle({ variant: "primary" })}>
          Get a new link
        </Link>
      </AuthCard>
    );
  const account = await findAccountOfLink(link);
  return (
    <AuthCard title="Choose a new password">
      <p className="mb-5 break-words">
        For the account of <strong className="font-medium">{account?.name}</strong> ({account?.email}).
      </p>
      <ResetPasswordForm
        token={token}
        email={link.email}
        passwordMinLength={getPublicConfig().passwordMinLength}
      />
    </AuthCard>
  );
}
