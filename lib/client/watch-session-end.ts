import type { SessionEnds } from "@/lib/contracts/account";
import { apiRequest } from "./api-client";
import { troubleOf } from "./use-poll";

/** An end that is near. `at` is by this browser's clock, for counting down; the server decides. */
export type NearEnd = {
  reason: "idle" | "absolute";
  at: number;
  /** The last question was not answered: what other tabs did since, and whether this one may stay, is not known. */
  unreachable: boolean;
};

const path = "/api/account/session";
/** While the end is near, another tab may move it. */
const askWhileNearMs = 10_000;
const askAtLeastMs = 60 * 60_000;
const retryMs = 5_000;
/** How often clicks and keys are told to the server. */
const tellActivityMs = 30_000;

/**
 * Tells when the session is about to end, and when it no longer is. The server knows what every tab did: it is asked before
 * anything is said, and asking does not lengthen the session (S20). Clicks and keys on this page do.
 */
export function watchSessionEnd(tell: (near: NearEnd | null) => void) {
  let timer: ReturnType<typeof setTimeout>;
  let near: NearEnd | null = null;
  let toldActivityAt = 0;
  let stopped = false;

  function askIn(milliseconds: number) {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(ask, milliseconds);
  }

  /** Once the session is over, apiRequest asks the person to sign in again, as for every request. */
  function ask(): void {
    clearTimeout(timer);
    apiRequest<SessionEnds>(path, { background: true }).then(judge, fail);
  }

  function fail(error: unknown): void {
    if (stopped) return;
    if (near && troubleOf(error) === "unreachable") {
      near = { ...near, unreachable: true };
      tell(near);
    }
    askIn(retryMs);
  }

  function stay(): void {
    toldActivityAt = Date.now();
    apiRequest<SessionEnds>(path, { method: "POST", background: true }).then(judge, fail);
  }

  function judge({ idleSeconds, absoluteSeconds, noticeSeconds }: SessionEnds): void {
    if (stopped) return;
    const left = Math.min(idleSeconds, absoluteSeconds) * 1000;
    const quiet = left - noticeSeconds * 1000;
    near =
      quiet > 0
        ? null
        : {
            reason: absoluteSeconds <= idleSeconds ? "absolute" : "idle",
            at: Date.now() + left,
            unreachable: false,
          };
    tell(near);
    // A little later than the very end, so that the answer is that it has ended.
    askIn(near ? Math.min(left + 250, askWhileNearMs) : Math.min(quiet, askAtLeastMs));
  }

  function noteActivity(): void {
    const pause = near?.reason === "idle" ? 1000 : tellActivityMs;
    if (Date.now() - toldActivityAt >= pause) stay();
  }

  /** A machine that slept has let no timer run. */
  function noteReturn(): void {
    if (document.visibilityState === "visible") ask();
  }

  window.addEventListener("pointerdown", noteActivity, { capture: true, passive: true });
  window.addEventListener("keydown", noteActivity, { capture: true, passive: true });
  document.addEventListener("visibilitychange", noteReturn);
  ask();
  return {
    stay,
    stop() {
      stopped = true;
      clearTimeout(timer);
      window.removeEventListener("pointerdown", noteActivity, { capture: true });
      window.removeEventListener("keydown", noteActivity, { capture: true });
      document.removeEventListener("visibilitychange", noteReturn);
    },
  };
}
