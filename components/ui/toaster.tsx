"use client";

import { CircleAlert, CircleCheck, X } from "lucide-react";
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { flushSync } from "react-dom";
import { Button } from "./button";
import { Float } from "./float";
import { IconButton } from "./icon-button";
import { dismissToast, readToasts, subscribeToToasts, type ToastMessage } from "./toast";

const noToasts: readonly ToastMessage[] = [];

/** Shows toasts in a corner of the window. They stay while hovered or focused. */
export function Toaster() {
  const messages = useSyncExternalStore(subscribeToToasts, readToasts, () => noToasts);
  const corner = useRef<HTMLElement>(null);
  /** The element that had the focus before a toast did. */
  const cameFrom = useRef<EventTarget | null>(null);
  const [hovered, setHovered] = useState(false);
  const [focused, setFocused] = useState(false);
  const [lastAnnounced, setLastAnnounced] = useState(0);

  // Renders new toasts in a second pass: screen readers only announce additions to a live region that is already in place.
  useEffect(() => setLastAnnounced(messages.at(-1)?.id ?? 0), [messages]);

  /** If the toast has the focus, moves it to the next toast or back to where it came from. */
  function dismiss(id: number) {
    const hadFocus = corner.current?.contains(document.activeElement);
    flushSync(() => dismissToast(id));
    if (!hadFocus) return;
    const next = corner.current?.querySelector<HTMLElement>("li button:last-of-type");
    const back =
      cameFrom.current instanceof HTMLElement && cameFrom.current.isConnected ? cameFrom.current : null;
    (next ?? back ?? document.querySelector<HTMLElement>("main"))?.focus();
    setFocused(next !== null && next !== undefined);
  }

  return (
    <Float place="corner">
      <section
        ref={corner}
        aria-label="Notifications"
        onPointerEnter={() => setHovered(true)}
        onPointerLeave={() => setHovered(false)}
        onFocus={({ currentTarget, relatedTarget }) => {
          if (relatedTarget && !currentTarget.contains(relatedTarget)) cameFrom.current = relatedTarget;
          setFocused(true);
        }}
        onBlur={({ currentTarget, relatedTarget }) => setFocused(currentTarget.contains(relatedTarget))}
      >
        <ol aria-live="polite" className="grid grid-cols-1 gap-2">
          {messages
            .filter(({ id }) => id <= lastAnnounced)
            .map((message) => (
              <Toast key={message.id} message={message} held={hovered || focused} onDismiss={dismiss} />
            ))}
        </ol>
      </section>
    </Float>
  );
}

const icons = { neutral: null, ok: CircleCheck, bad: CircleAlert };

function Toast({
  message,
  held,
  onDismiss,
}: {
  message: ToastMessage;
  held: boolean;
  onDismiss: (id: number) => void;
}) {
  const { id, text, tone, description, action, durationMs = tone === "bad" ? 10_000 : 5_000 } = message;
  const Icon = icons[tone];

  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => dismissToast(id), durationMs);
    return () => clearTimeout(timer);
  }, [held, id, durationMs]);

  return (
    <li className="flex animate-rise items-start gap-2.5 rounded-surface bg-surface py-2.5 pr-2 pl-4 shadow-float">
      {Icon && (
        <Icon aria-hidden className={`mt-1.5 size-4 shrink-0 ${tone === "ok" ? "text-ok" : "text-bad"}`} />
      )}
      <div className="grid min-w-0 flex-1 gap-0.5 break-words py-1">
        <p>{text}</p>
        {description && <p className="text-muted text-sm">{description}</p>}
      </div>
      {action && (
        <Button
          size="small"
          onClick={() => {
            onDismiss(id);
            action.onClick();
          }}
        >
          {action.label}
        </Button>
      )}
      <IconButton label="Dismiss" onClick={() => onDismiss(id)} className="size-7">
        <X aria-hidden />
      </IconButton>
    </li>
  );
}
