"use client";

import { clsx } from "clsx";
import { createContext, use, useSyncExternalStore } from "react";
import { exactTime, relativeTime } from "./time-words";
import { Tooltip } from "./tooltip";

/** The IANA time zone that the viewer chose; null for the browser's. */
export const TimeZone = createContext<string | null>(null);

/** The time zone to format times in. The server doesn't know the browser's, so until hydration it's UTC. */
export function useTimeZone(): string | null {
  const zone = use(TimeZone);
  const alive = useAlive();
  return alive ? zone : (zone ?? "UTC");
}

/** The locale to format dates in; undefined is the browser's. The server doesn't know it, so until hydration it's en-US. */
export function useLocale(): string | undefined {
  return useAlive() ? undefined : "en-US";
}

/** False on the server and during hydration, when the page must match the server's HTML. True afterwards. */
export function useAlive(): boolean {
  return useSyncExternalStore(subscribeToNothing, isAlive, isNotAlive);
}

const subscribeToNothing = () => () => {};
const isAlive = () => true;
const isNotAlive = () => false;

/** A relative time that stays current, with the exact time on hover and focus. */
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
        {/* The server doesn't know the viewer's time zone, so it renders a plain date. */}
        {now === null ? date.toISOString().slice(0, 10) : relativeTime(date, now, zone)}
      </time>
    </Tooltip>
  );
}

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

/** One timer for every time on the page. It runs only while there are any. */
function subscribe(listener: () => void) {
  listeners.add(listener);
  timer ??= setInterval(() => {
    for (const notify of listeners) notify();
  }, tickMs);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** Rounded to the tick: a store that changes with every read would render endlessly. */
function readClock(): number | null {
  return Math.ceil(Date.now() / tickMs) * tickMs;
}

function readServerClock(): number | null {
  return null;
}
