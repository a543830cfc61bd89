import { useEffect } from "react";
import { isLeavingPage } from "@/components/ui/leave-page";

/**
 * While active, leaving the page asks first: the browser's own question for closing, reloading and other sites, and
 * `onBackRefused` for the Back button, which a page without a reload would follow silently. One history entry at the
 * present address is put on top to catch it, and taken off again at the end.
 */
export function useLeaveWarning(active: boolean, onBackRefused: () => void): void {
  useEffect(() => {
    if (!active) return;
    let armed = false;
    const ask = (event: BeforeUnloadEvent) => {
      if (!isLeavingPage()) event.preventDefault();
    };
    const refuse = () => {
      pushPresentAddress();
      onBackRefused();
    };
    // Armed a moment later: an effect that is undone at once, as in development, must leave the history alone.
    const timer = setTimeout(() => {
      armed = true;
      pushPresentAddress();
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

function pushPresentAddress(): void {
  window.history.pushState(null, "", window.location.href);
}
