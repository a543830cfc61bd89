import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { AuthCard } from "@/components/auth/auth-card";
import { ProviderButtons } from "@/components/auth/provider-buttons";
import { RequestSignUpForm } from "@/components/auth/request-sign-up-form";
import { SignUpForm } from "@/components/auth/sign-up-form";
import { findPageSession, getPublicConfig } from "@/lib/server/auth/page-session";

export const metadata: Metadata = { title: "Create your account" };

export default async function SignUpPage() {
  if (await findPageSession()) redirect("/settings");

  const { passwordMinLength, signUpOpen, signUpByMail, identityProviders } = getPublicConfig();
  return (
    <AuthCard
      title={signUpOpen ? "Create your account" : "Sign-up is closed"}
      below={
        <>
          Have an account?{" "}
          <Link href="/sign-in" className="text-accent underline underline-offset-2">
            Sign in
          </Link>
        </>
      }
    >
      {signUpOpen && signUpByMail ? (
        <RequestSignUpForm />
      ) : signUpOpen ? (
        <SignUpForm passwordMinLength={passwordMinLength} />
      ) : (
        <p className="text-muted">Ask a workspace admin to invite you.</p>
      )}
      {signUpOpen && <ProviderButtons providers={identityProviders} goal={null} />}
    </AuthCard>
  );
}
