import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { AnnounceSignIn } from "@/components/auth/announce-sign-in";
import { AuthCard } from "@/components/auth/auth-card";
import { isProviderProblem, providerProblems } from "@/lib/contracts/identity-providers";
import { findPageSession, getPublicConfig } from "@/lib/server/auth/page-session";

export const metadata: Metadata = { title: "Signed in" };

type Search = Promise<{ [name in "visit" | "confirmed" | "provider" | "problem"]?: string | string[] }>;

/** The last page in a window that was opened to sign in again or to confirm an identity. */
export default async function SignedInPage({ searchParams }: { searchParams: Search }) {
  const session = await findPageSession();
  if (!session) redirect("/sign-in?callbackUrl=%2Fsigned-in");
  if (session.needsSecondFactor) redirect("/sign-in/verify?callbackUrl=%2Fsigned-in");

  const { visit, confirmed, provider, problem: given } = await searchParams;
  const asked = getPublicConfig().identityProviders.find(({ id }) => id === provider);
  const problem = confirmed === "no" ? (isProviderProblem(given) ? given : "unusable") : undefined;
  const news = {
    userId: session.userId,
    visit: typeof visit === "string" ? visit : undefined,
    provider: asked?.id,
    problem,
  };
  return (
    <AuthCard
      title={problem ? "Couldn’t confirm it’s you" : visit ? "Identity confirmed" : "You’re signed in"}
    >
      <AnnounceSignIn
        news={news}
        problem={problem ? providerProblems[problem](asked?.name ?? "the provider") : null}
      />
    </AuthCard>
  );
}
