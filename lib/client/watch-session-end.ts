import type { SessionEnds } from "@/lib/contracts/account";
import { apiRequest } from "./api-client";
import { troubleOf } from "./use-poll";

/** The upcoming end of the session. `at` is only for the countdown: it uses this browser's clock, and the server decides. */
export type NearEnd = {
  reason: "idle" | "absolute";
  at: number;
  /** The last request got no response, so another tab may have extended the session. */
  unreachable: boolean;
};

const path = "/api/account/session";
/** Another tab may extend the session while its end is near. */
const pollNearEndMs = 10_000;
const maximumPollMs = 60 * 60_000;
const retryMs = 5_000;
/** The minimum time between reports of clicks and keys to the server. */
const reportActivityMs = 30_000;

/**
 * Reports when the session is about to end, and when it no longer is. Asks the server first, which knows the activity in every
 * tab. Asking doesn't extend the session; clicks and keys on this page do.
 */
export function watchSessionEnd(report: (near: NearEnd | null) => void) {
  let timer: ReturnType<typeof setTimeout>;
  let near: NearEnd | null = null;
  let reportedActivityAt = 0;
  let stopped = false;

  function pollIn(milliseconds: number) {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(poll, milliseconds);
  }

  /** If the session has ended, apiRequest asks the person to sign in again. */
  function poll(): void {
    clearTimeout(timer);
    apiRequest<SessionEnds>(path, { background: true }).then(judge, fail);
  }

  function fail(error: unknown): void {
    if (stopped) return;
    if (near && troubleOf(error) === "unreachable") {
      near = { ...near, unreachable: true };
      report(near);
    }
    pollIn(retryMs);
  }

  function stay(): void {
    reportedActivityAt = Date.now();
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
    report(near);
    // A little after the end, so that the server reports that it has ended.
    pollIn(near ? Math.min(left + 250, pollNearEndMs) : Math.min(quiet, maximumPollMs));
  }

  function noteActivity(): void {
    const pause = near?.reason === "idle" ? 1000 : reportActivityMs;
    if (Date.now() - reportedActivityAt >= pause) stay();
  }

  /** Timers don't run while a computer sleeps. */
  function noteReturn(): void {
    if (document.visibilityState === "visible") poll();
  }

  window.addEventListener("pointerdown", noteActivity, { capture: true, passive: true });
  window.addEventListener("keydown", noteActivity, { capture: true, passive: true });
  document.addEventListener("visibilitychange", noteReturn);
  poll();
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
