"use client";

import { useEffect } from "react";
import { announceSignIn, type SignInNews } from "@/lib/client/sign-in-news";

/** Notifies the page that opened this window, then closes it. Browsers only close windows that a script opened. */
export function AnnounceSignIn({ news, problem }: { news: SignInNews; problem: string | null }) {
  useEffect(() => {
    announceSignIn(news);
    window.close();
  }, [news]);
  return (
    <p className="text-muted">
      {problem && `${problem} `}You can close this window and go back to where you were, or{" "}
      <a href="/settings" className="text-accent underline underline-offset-2">
        go to your settings
      </a>
      .
    </p>
  );
}
