"use client";

import { clsx } from "clsx";
import { createContext, use, useSyncExternalStore } from "react";
import { exactTime, relativeTime } from "./time-words";
import { Tooltip } from "./tooltip";

/** The IANA zone that the person chose, in which times are shown and read; null for the browser's. */
export const TimeZone = createContext<string | null>(null);

export function useTimeZone(): string | null {
  return use(TimeZone);
}

/** How long ago, or how soon, in a few words that keep themselves current; the exact time, zone named, on hover and focus. */
export function RelativeTime({ at, className }: { at: string | Date; className?: string }) {
  const now = useSyncExternalStore(subscribe, readClock, readServerClock);
  const zone = useTimeZone();
  const date = typeof at === "string" ? new Date(at) : at;

  return (
    <Tooltip content={now === null ? date.toISOString() : exactTime(date, zone)} className="relative z-1">
      <time
        dateTime={date.toISOString()}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the exact time must be reachable by keyboard.
        tabIndex={0}
        className={clsx("whitespace-nowrap tabular-nums", className)}
      >
        {/* The server does not know the reader's clock or zone: until the page is alive, the plain date stands here. */}
        {now === null ? date.toISOString().slice(0, 10) : relativeTime(date, now, zone)}
      </time>
    </Tooltip>
  );
}

/** The exact time in words, for where there is room to read it. */
export function ExactTime({ at, className }: { at: string | Date; className?: string }) {
  const now = useSyncExternalStore(subscribe, readClock, readServerClock);
  const zone = useTimeZone();
  const date = typeof at === "string" ? new Date(at) : at;
  return (
    <time dateTime={date.toISOString()} className={clsx("tabular-nums", className)}>
      {now === null ? date.toISOString() : exactTime(date, zone)}
    </time>
  );
}

const tickMs = 5_000;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** One clock for every time on the page. It stands while nothing shows one. */
function subscribe(listener: () => void) {
  listeners.add(listener);
  timer ??= setInterval(() => {
    for (const tell of listeners) tell();
  }, tickMs);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** Rounded to the tick, because a store that changes at every reading would render for ever. */
function readClock(): number | null {
  return Math.ceil(Date.now() / tickMs) * tickMs;
}

function readServerClock(): number | null {
  return null;
}
