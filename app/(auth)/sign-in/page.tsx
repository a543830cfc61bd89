import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { AuthCard } from "@/components/auth/auth-card";
import { PasskeySignIn } from "@/components/auth/passkey-button";
import { ProviderButtons } from "@/components/auth/provider-buttons";
import { ProviderProblemAlert } from "@/components/auth/provider-problem-alert";
import { SignInForm } from "@/components/auth/sign-in-form";
import { Alert } from "@/components/ui/alert";
import { safeCallbackPath } from "@/lib/contracts/safe-callback-path";
import { findPageSession, getPublicConfig } from "@/lib/server/auth/page-session";

export const metadata: Metadata = { title: "Sign in" };

type Search = Promise<{
  [name in "callbackUrl" | "notice" | "problem" | "provider"]?: string | string[];
}>;

export default async function SignInPage({ searchParams }: { searchParams: Search }) {
  const { callbackUrl, notice, problem, provider } = await searchParams;
  const goal = safeCallbackPath(typeof callbackUrl === "string" ? callbackUrl : undefined);
  const session = await findPageSession();
  // A person whose second step is missing may sign in to another account instead.
  if (session && !session.needsSecondFactor) redirect(goal);

  const { productName, signUpOpen, identityProviders: providers } = getPublicConfig();
  return (
    <AuthCard
      title={`Sign in to ${productName}`}
      below={
        signUpOpen && (
          <>
            No account yet?{" "}
            <Link href="/sign-up" className="text-accent underline underline-offset-2">
              Create one
            </Link>
          </>
        )
      }
    >
      <ProviderProblemAlert problem={problem} provider={provider} providers={providers} />
      {notice === "account-deleted" && (
        <div className="mb-5">
          <Alert tone="ok">Your account was deleted. A confirmation email is on its way.</Alert>
        </div>
      )}
      <SignInForm goal={goal} />
      <div className="mt-3">
        <PasskeySignIn goal={goal} />
      </div>
      <ProviderButtons providers={providers} goal={callbackUrl === undefined ? null : goal} />
    </AuthCard>
  );
}
