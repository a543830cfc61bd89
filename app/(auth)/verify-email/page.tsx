import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { AuthCard } from "@/components/auth/auth-card";
import { ConfirmAddressForm } from "@/components/auth/confirm-address-form";
import { FinishSignUpForm } from "@/components/auth/finish-sign-up-form";
import { buttonStyle } from "@/components/ui/button-style";
import { findPageSession, getPublicConfig } from "@/lib/server/auth/page-session";
import { findAccountOfLink, findLink } from "@/lib/server/sessions/mailed-link";

export const metadata: Metadata = { title: "Email address" };

type Search = Promise<{ token?: string | string[] }>;

export default async function VerifyEmailPage({ searchParams }: { searchParams: Search }) {
  const { token } = await searchParams;
  const link = typeof token === "string" ? await findLink(token) : null;
  if (typeof token !== "string" || !link || link.purpose === "reset_password")
    return (
      <AuthCard title="This link no longer works">
        <p className="text-muted">
          It was already used, replaced by a newer one, or has expired. Request another one where you
          requested this one.
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
  const [account, session] = await Promise.all([findAccountOfLink(link), findPageSession()]);
  const here = encodeURIComponent(`/verify-email?token=${token}`);
  if (session?.needsSecondFactor) redirect(`/sign-in/verify?callbackUrl=${here}`);
  return (
    <AuthCard title={isNew ? "Confirm your new address" : "Verify your address"}>
      <p className="mb-5 break-words">
        {isNew
          ? `${link.email} will become the email address of this account:`
          : "This is the email address of this account:"}{" "}
        <strong className="font-medium">{account?.name}</strong> ({account?.email}). If it isn’t yours, close
        this page.
      </p>
      {!session && (
        <Link href={`/sign-in?callbackUrl=${here}`} className={buttonStyle({ variant: "primary" })}>
          Sign in to this account
        </Link>
      )}
      {session && session.userId !== link.userId && (
        <p className="break-words text-muted">
          You’re signed in as {session.email}. To continue, sign out, sign in to this account, and open the
          link again.
        </p>
      )}
      {session?.userId === link.userId && (
        <ConfirmAddressForm token={token} email={link.email} isNew={isNew} />
      )}
    </AuthCard>
  );
}
