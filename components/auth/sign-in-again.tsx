"use client";

import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { leavePage } from "@/components/ui/leave-page";
import { setSignInAgain } from "@/lib/client/api-client";
import type { Account } from "@/lib/contracts/account";

/** Fetched when it is asked for: most visits never see it. */
const SignInAgainDialog = lazy(() =>
  import("./sign-in-again-dialog").then((module) => ({ default: module.SignInAgainDialog })),
);
const SignedOutNotice = lazy(() =>
  import("./signed-out-notice").then((module) => ({ default: module.SignedOutNotice })),
);

type Shown = { what: "dialog"; secondStep: boolean } | { what: "notice" } | null;

/**
 * Asks the person to sign in again where their session ended, over the page and whatever is open in it; the requests that found
 * out then go on. Closed without that, the page says that nobody is signed in, and asks again at the next change.
 */
export function SignInAgain({ account }: { account: Account }) {
  const answer = useRef<((signedIn: boolean) => void) | null>(null);
  const putOff = useRef(false);
  const queryClient = useQueryClient();
  const [shown, setShown] = useState<Shown>(null);

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

  function noteSignIn(userId: string | null) {
    if (userId === account.userId) finish(true);
    // Another person: nothing of this page is theirs to see.
    else leavePage("/settings");
  }

  return (
    <Suspense fallback={null}>
      {shown?.what === "dialog" && (
        <SignInAgainDialog
          account={account}
          secondStep={shown.secondStep}
          onSignedIn={noteSignIn}
          onClose={() => finish(false)}
        />
      )}
      {shown?.what === "notice" && (
        <SignedOutNotice
          onSignedIn={noteSignIn}
          onSignIn={() => setShown({ what: "dialog", secondStep: false })}
        />
      )}
    </Suspense>
  );
}
