import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { AuthCard } from "@/components/auth/auth-card";
import { PasskeySecondStep } from "@/components/auth/passkey-second-step";
import { VerifyForm } from "@/components/auth/verify-form";
import { safeCallbackPath } from "@/lib/client/safe-callback-path";
import { findPageSession } from "@/lib/server/auth/page-session";
import { getTwoStepState } from "@/lib/server/second-steps/authenticator";

export const metadata: Metadata = { title: "Verify it's you" };

type Search = Promise<{ callbackUrl?: string | string[]; by?: string | string[] }>;

export default async function VerifyPage({ searchParams }: { searchParams: Search }) {
  const { callbackUrl, by } = await searchParams;
  const goal = safeCallbackPath(typeof callbackUrl === "string" ? callbackUrl : undefined);
  const back = `callbackUrl=${encodeURIComponent(goal)}`;
  const session = await findPageSession();
  if (!session) redirect(`/sign-in?${back}`);
  if (!session.owesSecondStep) redirect(goal);

  const { authenticator, passkeys } = await getTwoStepState(session.userId);
  const byRecoveryCode = by === "recovery-code";
  const other = authenticator ? "Use your authenticator app" : "Use a passkey";
  return (
    <AuthCard
      title="Verify it's you"
      below={
        <Link
          href={`/sign-in/verify?${byRecoveryCode ? "" : "by=recovery-code&"}${back}`}
          className="text-accent underline underline-offset-2"
        >
          {byRecoveryCode ? other : "Use a recovery code"}
        </Link>
      }
    >
      <div className="grid gap-3">
        {byRecoveryCode ? (
          <VerifyForm key="recovery" goal={goal} by="recoveryCode" />
        ) : (
          <>
            {authenticator && <VerifyForm key="code" goal={goal} by="code" />}
            {!authenticator && (
              <p className="text-muted">Your password was right. Confirm it with your passkey.</p>
            )}
            {passkeys > 0 && <PasskeySecondStep goal={goal} alone={!authenticator} />}
          </>
        )}
      </div>
    </AuthCard>
  );
}
