"use client";

import { Clock } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { Float } from "@/components/ui/float";
import { Notice } from "@/components/ui/notice";
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
    <Float place="notices">
      {near && (
        <Notice
          label="Your session"
          icon={<Clock aria-hidden />}
          action={
            near.reason === "idle" && (
              <Button size="small" onClick={() => watch.current?.stay()} className="max-sm:w-full">
                Stay signed in
              </Button>
            )
          }
        >
          {near.unreachable && left === 0 ? (
            "Your session may have ended."
          ) : (
            <>
              You will be signed out in{" "}
              <span className="font-medium tabular-nums">{minutesAndSeconds(left)}</span>{" "}
              {reasons[near.reason]}.
            </>
          )}
          {near.unreachable && " Connection lost. Trying again…"}
          {near.reason === "absolute" && " Save what you are doing; you can sign in again at once."}
        </Notice>
      )}
      {/* Few sentences: a countdown that is read out every second helps nobody. */}
      <p aria-live="polite" className="sr-only">
        {near?.unreachable && "Connection lost. Trying again…"}
        {near &&
          !near.unreachable &&
          `You will be signed out ${left > 30 ? "soon" : "in half a minute"} ${reasons[near.reason]}.`}
      </p>
    </Float>
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
