import { useLayoutEffect } from "react";
import { isLeavingPage } from "@/components/ui/leave-page";

/** Removes the extra history entry. Pending while a component that React unmounts may be mounted again immediately. */
let removal: ReturnType<typeof setTimeout> | undefined;

/**
 * While active, asks before the page is left. The browser asks on closing, reloading and following links to other sites. The
 * Back button, which navigates without a reload, calls `onBackRefused` instead: an extra history entry catches it. Both work
 * before what they protect is painted: on a busy machine someone may press Back before a later effect has run.
 */
export function useLeaveWarning(active: boolean, onBackRefused: () => void): void {
  useLayoutEffect(() => {
    if (!active) return;
    const ask = (event: BeforeUnloadEvent) => {
      if (!isLeavingPage()) event.preventDefault();
    };
    const refuse = () => {
      pushCurrentUrl();
      onBackRefused();
    };
    // In development React runs an effect twice. The second run keeps the entry of the first.
    if (removal) clearTimeout(removal);
    else pushCurrentUrl();
    removal = undefined;
    window.addEventListener("popstate", refuse);
    window.addEventListener("beforeunload", ask);
    return () => {
      window.removeEventListener("beforeunload", ask);
      window.removeEventListener("popstate", refuse);
      removal = setTimeout(() => {
        removal = undefined;
        window.history.back();
      });
    };
  }, [active, onBackRefused]);
}

function pushCurrentUrl(): void {
  window.history.pushState(null, "", window.location.href);
}
