"use client";

import {
  type ComponentProps,
  lazy,
  Suspense,
  useCallback,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { setReauthenticator, setSignInAgain } from "@/lib/client/api-client";
import {
  isSignedInElsewhere,
  noteSessionUser,
  onSignedInElsewhere,
  sessionConfirmations,
} from "@/lib/client/page-account";
import { announceSignIn, listenForSignIn } from "@/lib/client/sign-in-news";
import type { Account } from "@/lib/contracts/account";

// Loaded on demand: most visits never need them.
const ConfirmIdentityDialog = lazy(() =>
  import("./confirm-identity-dialog").then((module) => ({ default: module.ConfirmIdentityDialog })),
);

const SignInAgain = lazy(() => import("./sign-in-again").then((module) => ({ default: module.SignInAgain })));

const AccountChangedNotice = lazy(() =>
  import("./account-changed-notice").then((module) => ({ default: module.AccountChangedNotice })),
);

/**
 * Asks the person to confirm their identity, or to sign in again, when a request requires it. The request then continues. Also
 * shows a notice if another person signed in in another tab.
 */
export function ReauthenticationDialog({ account: current }: { account: Account }) {
  // The page belongs to the person it was loaded for: Next.js may later render another person's account.
  const [account] = useState(current);
  const isElsewhere = useSyncExternalStore(onSignedInElsewhere, isSignedInElsewhere, () => false);
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

  // SignInAgain registers its own handler once it's loaded.
  useEffect(
    () =>
      setSignInAgain(
        (occasion) =>
          new Promise((resolve) => setEnded({ occasion, resolve, confirmations: sessionConfirmations() })),
      ),
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

  // Unmounted on closing, so that no password outlives its dialog.
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
