"use client";

import { Clock } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { Float } from "@/components/ui/float";
import { Notice } from "@/components/ui/notice";
import { type NearEnd, watchSessionEnd } from "@/lib/client/watch-session-end";

const reasons = {
  idle: "due to inactivity",
  absolute: "because your session is reaching its maximum length",
};

/** Warns before the session ends, and lets the person stay signed in. Doesn't take the focus. */
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
              You’ll be signed out in{" "}
              <span className="font-medium tabular-nums">{minutesAndSeconds(left)}</span>{" "}
              {reasons[near.reason]}.
            </>
          )}
          {near.unreachable && " Connection lost. Trying again…"}
          {near.reason === "absolute" && " Save your work. You can sign in again right away."}
        </Notice>
      )}
      {/* Announced only twice, not every second. */}
      <p aria-live="polite" className="sr-only">
        {near?.unreachable && "Connection lost. Trying again…"}
        {near &&
          !near.unreachable &&
          `You’ll be signed out ${left > 30 ? "soon" : "in 30 seconds"} ${reasons[near.reason]}.`}
      </p>
    </Float>
  );
}

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
