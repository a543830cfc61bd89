"use client";

import { type ComponentProps, lazy, Suspense, useCallback, useEffect, useRef, useState } from "react";
import { setReauthenticator, setSignInAgain } from "@/lib/client/api-client";
import { noteSessionUser, useSignedInElsewhere } from "@/lib/client/page-account";
import { announceSignIn, listenForSignIn } from "@/lib/client/sign-in-window";
import type { Account } from "@/lib/contracts/account";

/** Fetched when it is asked for: most visits never see it. */
const ConfirmIdentityDialog = lazy(() =>
  import("./confirm-identity-dialog").then((module) => ({ default: module.ConfirmIdentityDialog })),
);

const SignInAgain = lazy(() => import("./sign-in-again").then((module) => ({ default: module.SignInAgain })));

const AccountChangedNotice = lazy(() =>
  import("./account-changed-notice").then((module) => ({ default: module.AccountChangedNotice })),
);

/**
 * Asks for the password or a code when a request needs a recent proof of who one is, and to sign in again when one finds that
 * the session ended. The request then goes on by itself. Where another person signed in in another tab, it says so.
 */
export function ReauthenticationDialog({ account: current }: { account: Account }) {
  // Whose page it is was decided when it was loaded: what Next.js renders later may be another person's.
  const [account] = useState(current);
  const isElsewhere = useSignedInElsewhere();
  const answer = useRef<((confirmed: boolean) => void) | null>(null);
  const [open, setOpen] = useState(false);
  const [ended, setEnded] = useState<ComponentProps<typeof SignInAgain>["first"] | null>(null);

  useEffect(
    () =>
      setReauthenticator(
        () =>
          new Promise((resolve) => {
            answer.current = resolve;
            setOpen(true);
          }),
      ),
    [],
  );

  // The first end of a session fetches what takes over from then on.
  useEffect(
    () => setSignInAgain((occasion) => new Promise((resolve) => setEnded({ occasion, resolve }))),
    [],
  );

  useEffect(() => {
    announceSignIn({ userId: account.userId });
    return listenForSignIn(({ userId }) => noteSessionUser(userId === account.userId));
  }, [account]);

  useEffect(() => {
    if (window.location.search.includes("confirmed="))
      void import("./tell-confirmation").then((module) => module.tellConfirmation(account));
  }, [account]);

  const finish = useCallback((confirmed: boolean) => {
    setOpen(false);
    answer.current?.(confirmed);
    answer.current = null;
  }, []);

  // Mounted anew each time, so that no password outlives its dialog.
  return (
    <>
      <Suspense fallback={null}>
        {open && <ConfirmIdentityDialog account={account} onFinish={finish} />}
      </Suspense>
      <Suspense fallback={null}>{ended && <SignInAgain account={account} first={ended} />}</Suspense>
      <Suspense fallback={null}>{isElsewhere && <AccountChangedNotice account={account} />}</Suspense>
    </>
  );
}
