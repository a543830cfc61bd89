import { useEffect } from "react";
import { isLeavingPage } from "@/components/ui/leave-page";

/**
 * While active, asks before the page is left. The browser asks on closing, reloading and following links to other sites. The
 * Back button, which navigates without a reload, calls `onBackRefused` instead: an extra history entry catches it.
 */
export function useLeaveWarning(active: boolean, onBackRefused: () => void): void {
  useEffect(() => {
    if (!active) return;
    let armed = false;
    const ask = (event: BeforeUnloadEvent) => {
      if (!isLeavingPage()) event.preventDefault();
    };
    const refuse = () => {
      pushCurrentUrl();
      onBackRefused();
    };
    // Deferred, so that an effect that React runs twice in development leaves the history alone.
    const timer = setTimeout(() => {
      armed = true;
      pushCurrentUrl();
      window.addEventListener("popstate", refuse);
    });
    window.addEventListener("beforeunload", ask);
    return () => {
      clearTimeout(timer);
      window.removeEventListener("beforeunload", ask);
      window.removeEventListener("popstate", refuse);
      if (armed) window.history.back();
    };
  }, [active, onBackRefused]);
}

function pushCurrentUrl(): void {
  window.history.pushState(null, "", window.location.href);
}
