"use client";

import { useQueryClient } from "@tanstack/react-query";
import { LogOut } from "lucide-react";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { Float } from "@/components/ui/float";
import { leavePage } from "@/components/ui/leave-page";
import { Notice } from "@/components/ui/notice";
import { type Occasion, setSignInAgain } from "@/lib/client/api-client";
import { sessionConfirmations } from "@/lib/client/page-account";
import { announceSignIn, listenForSignIn, type SignInNews } from "@/lib/client/sign-in-news";
import type { Account } from "@/lib/contracts/account";
import { SignInAgainDialog } from "./sign-in-again-dialog";

type Shown = { what: "dialog"; secondStep: boolean } | { what: "notice" } | null;

/**
 * Asks the person to sign in again after their session ended, on top of open dialogs. Waiting requests then continue. If the
 * person declines, a notice stays, and the next change asks again.
 */
export function SignInAgain({
  account,
  first,
}: {
  account: Account;
  /** The request that found the session ended. */
  first: { occasion: Occasion; resolve: (signedIn: boolean) => void; confirmations: number };
}) {
  const answer = useRef<typeof first.resolve | null>(first.resolve);
  const declined = useRef(false);
  const queryClient = useQueryClient();
  const [shown, setShown] = useState<Shown>({ what: "dialog", secondStep: first.occasion.secondStep });

  useEffect(
    () =>
      setSignInAgain(({ byPerson, secondStep }) => {
        // Background requests must not reopen a dialog that the person just closed.
        if (declined.current && !byPerson) return Promise.resolve(false);
        return new Promise((resolve) => {
          answer.current = resolve;
          setShown({ what: "dialog", secondStep });
        });
      }),
    [],
  );

  function finish(signedIn: boolean) {
    declined.current = !signedIn;
    setShown(signedIn ? null : { what: "notice" });
    answer.current?.(signedIn);
    answer.current = null;
    // Reloads what failed in the meantime. Requests that waited are already running.
    if (signedIn) void queryClient.invalidateQueries({}, { cancelRefetch: false });
  }

  const noteNews = useEffectEvent((news: SignInNews) => {
    if (!shown) return;
    if (news.userId === account.userId) finish(true);
    else {
      // AccountChangedNotice takes over.
      finish(false);
      setShown(null);
    }
  });
  const noteMissedNews = useEffectEvent(() => {
    if (sessionConfirmations() > first.confirmations) finish(true);
  });
  useEffect(() => {
    // Another tab may have signed in while this component was loading.
    noteMissedNews();
    return listenForSignIn(noteNews);
  }, []);

  /** Leaves the page if another person signed in: they must not see it. */
  function noteSignIn(userId: string | null) {
    if (userId !== account.userId) return leavePage("/settings");
    finish(true);
    // Other tabs may be waiting, too.
    announceSignIn({ userId });
  }

  return (
    <>
      {shown?.what === "dialog" && (
        <SignInAgainDialog
          account={account}
          secondStep={shown.secondStep}
          onSignedIn={noteSignIn}
          onClose={() => finish(false)}
        />
      )}
      {shown?.what === "notice" && (
        <SignedOutNotice onSignIn={() => setShown({ what: "dialog", secondStep: false })} />
      )}
    </>
  );
}

function SignedOutNotice({ onSignIn }: { onSignIn: () => void }) {
  return (
    <Float place="notices">
      <Notice
        label="Signed out"
        icon={<LogOut aria-hidden />}
        action={
          <Button size="small" onClick={onSignIn} className="max-sm:w-full">
            Sign in
          </Button>
        }
      >
        <p role="status">You’re signed out. What this page shows may be out of date.</p>
      </Notice>
    </Float>
  );
}
