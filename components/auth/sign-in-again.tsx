"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import { leavePage } from "@/components/ui/leave-page";
import { type Occasion, setSignInAgain } from "@/lib/client/api-client";
import { announceSignIn, listenForSignIn, type SignInNews } from "@/lib/client/sign-in-window";
import type { Account } from "@/lib/contracts/account";
import { SignInAgainDialog } from "./sign-in-again-dialog";
import { SignedOutNotice } from "./signed-out-notice";

type Shown = { what: "dialog"; secondStep: boolean } | { what: "notice" } | null;

/**
 * Asks the person to sign in again where their session ended, over the page and whatever is open in it; the requests that found
 * out then go on. Closed without that, the page says that nobody is signed in, and asks again at the next change.
 */
export function SignInAgain({
  account,
  first,
}: {
  account: Account;
  /** What led here: it is asked at once. */
  first: { occasion: Occasion; resolve: (signedIn: boolean) => void };
}) {
  const answer = useRef<typeof first.resolve | null>(first.resolve);
  const putOff = useRef(false);
  const queryClient = useQueryClient();
  const [shown, setShown] = useState<Shown>({ what: "dialog", secondStep: first.occasion.secondStep });

  useEffect(
    () =>
      setSignInAgain(({ byPerson, secondStep }) => {
        // A page asks by itself every few seconds: that must not bring back what was just closed.
        if (putOff.current && !byPerson) return Promise.resolve(false);
        return new Promise((resolve) => {
          answer.current = resolve;
          setShown({ what: "dialog", secondStep });
        });
      }),
    [],
  );

  function finish(signedIn: boolean) {
    putOff.current = !signedIn;
    setShown(signedIn ? null : { what: "notice" });
    answer.current?.(signedIn);
    answer.current = null;
    // What failed in the meantime is loaded again; what waited for the answer is on its way already.
    if (signedIn) void queryClient.invalidateQueries({}, { cancelRefetch: false });
  }

  const noteNews = useEffectEvent((news: SignInNews) => {
    if (!shown) return;
    if (news.userId === account.userId) finish(true);
    else {
      // The page then says that it isn't this person's.
      finish(false);
      setShown(null);
    }
  });
  useEffect(() => listenForSignIn(noteNews), []);

  /** Another person signed in over the page: nothing of it is theirs to see. */
  function noteSignIn(userId: string | null) {
    if (userId !== account.userId) return leavePage("/settings");
    finish(true);
    // Other tabs may be asking, too.
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
