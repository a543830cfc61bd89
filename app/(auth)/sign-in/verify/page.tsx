import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { AuthCard } from "@/components/auth/auth-card";
import { VerifyForm } from "@/components/auth/verify-form";
import { safeCallbackPath } from "@/lib/client/safe-callback-path";
import { findPageSession } from "@/lib/server/auth/page-session";

export const metadata: Metadata = { title: "Verify it's you" };

type Search = Promise<{ callbackUrl?: string | string[]; by?: string | string[] }>;

export default async function VerifyPage({ searchParams }: { searchParams: Search }) {
  const { callbackUrl, by } = await searchParams;
  const goal = safeCallbackPath(typeof callbackUrl === "string" ? callbackUrl : undefined);
  const back = `callbackUrl=${encodeURIComponent(goal)}`;
  const session = await findPageSession();
  if (!session) redirect(`/sign-in?${back}`);
  if (!session.owesSecondStep) redirect(goal);

  const byRecoveryCode = by === "recovery-code";
  return (
    <AuthCard
      title="Verify it's you"
      below={
        <Link
          href={`/sign-in/verify?${byRecoveryCode ? "" : "by=recovery-code&"}${back}`}
          className="text-accent underline underline-offset-2"
        >
          {byRecoveryCode ? "Use your authenticator app" : "Use a recovery code"}
        </Link>
      }
    >
      <VerifyForm
        key={byRecoveryCode ? "recovery" : "code"}
        goal={goal}
        by={byRecoveryCode ? "recoveryCode" : "code"}
      />
    </AuthCard>
  );
}
