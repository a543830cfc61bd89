"use client";

import { useEffect } from "react";
import { announceSignIn } from "@/lib/client/sign-in-window";

/** Tells the page that waits for this sign-in, and closes the window. Browsers don't close one that the person opened. */
export function AnnounceSignIn() {
  useEffect(() => {
    announceSignIn();
    window.close();
  }, []);
  return (
    <p className="text-muted">
      You can close this window and go back to where you were, or{" "}
      <a href="/settings" className="text-accent underline underline-offset-2">
        go to your settings
      </a>
      .
    </p>
  );
}
