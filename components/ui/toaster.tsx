"use client";

import { CircleAlert, CircleCheck, X } from "lucide-react";
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { flushSync } from "react-dom";
import { Button } from "./button";
import { Float } from "./float";
import { IconButton } from "./icon-button";
import { dismissToast, readToasts, subscribeToToasts, type ToastMessage } from "./toast";

const noToasts: readonly ToastMessage[] = [];

/** Where toasts appear: the corner of the window. They wait while the pointer or the focus is on them. */
export function Toaster() {
  const messages = useSyncExternalStore(subscribeToToasts, readToasts, () => noToasts);
  const corner = useRef<HTMLElement>(null);
  /** Where the focus came from when it entered the corner. */
  const cameFrom = useRef<EventTarget | null>(null);
  const [hovered, setHovered] = useState(false);
  const [focused, setFocused] = useState(false);
  const [lastAnnounced, setLastAnnounced] = useState(0);

  // A moment after what closed a dialog moved the corner: what is announced must come into a region that is known by then.
  useEffect(() => setLastAnnounced(messages.at(-1)?.id ?? 0), [messages]);

  /** A toast that goes while it has the focus hands it to the next one, else back: a removed element would drop it, silently. */
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
        <ol aria-live="polite" className="grid gap-2">
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
  const { id, text, tone, description, action, duration = tone === "bad" ? 10_000 : 5_000 } = message;
  const Icon = icons[tone];

  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => dismissToast(id), duration);
    return () => clearTimeout(timer);
  }, [held, id, duration]);

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
