"use client";

import { LogOut } from "lucide-react";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { Button } from "@/components/ui/button";
import { findSignedIn } from "@/lib/client/find-signed-in";
import { listenForSignIn } from "@/lib/client/sign-in-window";

/** Says on a page whose session ended that nobody is signed in, above whatever is open. It takes no focus. */
export function SignedOutNotice({
  onSignIn,
  onSignedIn,
}: {
  onSignIn: () => void;
  onSignedIn: (userId: string) => void;
}) {
  const host = useTopDialog();
  useEffect(
    () =>
      listenForSignIn(() => {
        findSignedIn().then(
          ({ userId }) => userId && onSignedIn(userId),
          () => undefined,
        );
      }),
    [onSignedIn],
  );

  return host && createPortal(<Notice onSignIn={onSignIn} />, host);
}

function Notice({ onSignIn }: { onSignIn: () => void }) {
  const box = useRef<HTMLElement>(null);
  useLayoutEffect(() => box.current?.showPopover(), []);
  return (
    <section
      ref={box}
      popover="manual"
      aria-label="Signed out"
      className="fixed inset-x-0 top-3 bottom-auto m-0 mx-auto w-[min(34rem,calc(100vw-2rem))] animate-rise rounded-surface bg-surface py-2.5 pr-2.5 pl-4 text-text shadow-float"
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <LogOut aria-hidden className="size-4 shrink-0 text-warn" />
        <p role="status" className="min-w-0 flex-1 basis-56 py-1">
          You’re signed out. What this page shows may be out of date.
        </p>
        <Button size="small" onClick={onSignIn} className="max-sm:w-full">
          Sign in
        </Button>
      </div>
    </section>
  );
}

/** The modal dialog on top, else the page's body. Everything outside of an open modal dialog is inert, popovers too. */
function useTopDialog(): Element | null {
  // Looked for after the commit: a dialog that closes as this opens is still there while it is rendered.
  const [host, setHost] = useState<Element | null>(null);
  useEffect(() => {
    const observer = new MutationObserver(() => setHost(findTopDialog()));
    // Dialogs are children of the body for as long as they are open.
    observer.observe(document.body, { childList: true });
    setHost(findTopDialog());
    return () => observer.disconnect();
  }, []);
  return host;
}

function findTopDialog(): Element {
  return [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body;
}
