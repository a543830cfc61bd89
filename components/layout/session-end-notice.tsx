"use client";

import { Clock } from "lucide-react";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { type NearEnd, watchSessionEnd } from "@/lib/client/watch-session-end";

const reasons = {
  idle: "because nothing was done here",
  absolute: "because no session lasts longer than this one has",
};

/** Says beforehand that the session is about to end, and lets the person stay. It takes no focus. */
export function SessionEndNotice() {
  const watch = useRef<ReturnType<typeof watchSessionEnd>>(null);
  const [near, setNear] = useState<NearEnd | null>(null);
  const left = useSecondsUntil(near?.at ?? null);

  useEffect(() => {
    const started = watchSessionEnd(setNear);
    watch.current = started;
    return () => started.stop();
  }, []);

  return (
    <>
      {near && <Notice near={near} left={left} onStay={() => watch.current?.stay()} />}
      {/* Few sentences: a countdown that is read out every second helps nobody. */}
      <p aria-live="polite" className="sr-only">
        {near?.unreachable && "Connection lost. Trying again…"}
        {near &&
          !near.unreachable &&
          `You will be signed out ${left > 30 ? "soon" : "in half a minute"} ${reasons[near.reason]}.`}
      </p>
    </>
  );
}

function Notice({
  near: { reason, unreachable },
  left,
  onStay,
}: {
  near: NearEnd;
  left: number;
  onStay: () => void;
}) {
  const box = useRef<HTMLElement>(null);
  // What is shown last is on top: it is seen above a dialog as well.
  useLayoutEffect(() => box.current?.showPopover(), []);

  return (
    <section
      ref={box}
      popover="manual"
      aria-label="Your session"
      className="fixed inset-x-0 top-3 bottom-auto m-0 mx-auto w-[min(40rem,calc(100vw-2rem))] animate-rise rounded-surface bg-surface py-2.5 pr-2.5 pl-4 text-text shadow-float"
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <Clock aria-hidden className="size-4 shrink-0 text-warn" />
        <p className="min-w-0 flex-1 basis-60 py-1">
          {unreachable && left === 0 ? (
            "Your session may have ended."
          ) : (
            <>
              You will be signed out in{" "}
              <span className="font-medium tabular-nums">{minutesAndSeconds(left)}</span> {reasons[reason]}.
            </>
          )}
          {unreachable && " Connection lost. Trying again…"}
          {reason === "absolute" && " Save what you are doing; you can sign in again at once."}
        </p>
        {reason === "idle" && (
          <Button size="small" onClick={onStay} className="max-sm:w-full">
            Stay signed in
          </Button>
        )}
      </div>
    </section>
  );
}

/** Ticks only while there is something to count down to. */
function useSecondsUntil(at: number | null): number {
  const [now, setNow] = useState(Date.now);
  const counting = at !== null;
  useEffect(() => {
    if (!counting) return;
    const tick = () => setNow(Date.now());
    tick();
    const timer = setInterval(tick, 500);
    return () => clearInterval(timer);
  }, [counting]);
  return at === null ? 0 : Math.max(0, Math.ceil((at - now) / 1000));
}

/** 92 → "1:32". */
function minutesAndSeconds(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
