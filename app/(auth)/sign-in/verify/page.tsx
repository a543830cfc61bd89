import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { AuthCard } from "@/components/auth/auth-card";
import { EmailCodeStep } from "@/components/auth/email-code-step";
import { PasskeySecondStep } from "@/components/auth/passkey-button";
import { VerifyForm } from "@/components/auth/verify-form";
import type { TwoStepState } from "@/lib/contracts/account";
import { safeCallbackPath } from "@/lib/contracts/safe-callback-path";
import { findPageSession } from "@/lib/server/auth/page-session";
import { getTwoStepState } from "@/lib/server/second-factors/authenticator";

export const metadata: Metadata = { title: "Verify it's you" };

type Search = Promise<{ callbackUrl?: string | string[]; by?: string | string[] }>;

export default async function VerifyPage({ searchParams }: { searchParams: Search }) {
  const { callbackUrl, by } = await searchParams;
  const goal = safeCallbackPath(typeof callbackUrl === "string" ? callbackUrl : undefined);
  const back = `callbackUrl=${encodeURIComponent(goal)}`;
  const session = await findPageSession();
  if (!session) redirect(`/sign-in?${back}`);
  if (!session.needsSecondFactor) redirect(goal);

  const state = await getTwoStepState(session.userId);
  const ways = waysOf(state);
  const way = ways.find(({ name }) => name === by) ?? ways[0];
  return (
    <AuthCard
      title="Verify it's you"
      below={
        <span className="grid justify-center gap-2">
          {ways
            .filter((other) => other !== way)
            .map(({ name, label }) => (
              <Link
                key={name}
                href={`/sign-in/verify?by=${name}&${back}`}
                className="text-accent underline underline-offset-2"
              >
                {label}
              </Link>
            ))}
          <Link href={`/sign-in?${back}`} className="text-accent underline underline-offset-2">
            Back to sign in
          </Link>
        </span>
      }
    >
      {way?.name === "app-or-passkey" && <AppOrPasskey state={state} goal={goal} />}
      {way?.name === "email" && <EmailCodeStep email={session.email} goal={goal} />}
      {way?.name === "recovery-code" && <VerifyForm key="recovery" goal={goal} by="recoveryCode" />}
    </AuthCard>
  );
}

/** The account's second steps, most secure first. Each has its own URL. */
function waysOf({ authenticator, passkeys, emailCodes }: TwoStepState) {
  const app = authenticator ? "Use your authenticator app" : "Use a passkey";
  return [
    ...(authenticator || passkeys > 0 ? [{ name: "app-or-passkey", label: app }] : []),
    ...(emailCodes ? [{ name: "email", label: "Email me a code" }] : []),
    { name: "recovery-code", label: "Use a recovery code" },
  ];
}

function AppOrPasskey({ state: { authenticator, passkeys }, goal }: { state: TwoStepState; goal: string }) {
  return (
    <div className="grid gap-3">
      {authenticator ? (
        <VerifyForm key="code" goal={goal} by="code" />
      ) : (
        <p className="mb-2 text-muted">Continue with your passkey.</p>
      )}
      {passkeys > 0 && <PasskeySecondStep goal={goal} alone={!authenticator} />}
    </div>
  );
}
