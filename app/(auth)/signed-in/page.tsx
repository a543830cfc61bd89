import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { AnnounceSignIn } from "@/components/auth/announce-sign-in";
import { AuthCard } from "@/components/auth/auth-card";
import { findPageSession } from "@/lib/server/auth/page-session";

export const metadata: Metadata = { title: "Signed in" };

/** Where a sign-in ends that was begun in a window of its own, from a page whose session had ended. */
export default async function SignedInPage() {
  const session = await findPageSession();
  if (!session) redirect("/sign-in?callbackUrl=%2Fsigned-in");
  if (session.owesSecondStep) redirect("/sign-in/verify?callbackUrl=%2Fsigned-in");
  return (
    <AuthCard title="You’re signed in">
      <AnnounceSignIn />
    </AuthCard>
  );
}
