"use client";

import { clsx } from "clsx";
import { type ReactNode, type RefObject, useEffect, useEffectEvent, useId, useRef, useState } from "react";
import { usePanel } from "./use-panel";

/**
 * A tooltip on hover and focus. Its child must be focusable. As WCAG 1.4.13 requires, the tooltip can be hovered, and Escape
 * closes it. On touch screens, tapping focuses the child.
 */
export function Tooltip({
  content,
  children,
  className,
}: {
  content: ReactNode;
  children: ReactNode;
  className?: string;
}) {
  const id = useId();
  const anchor = useRef<HTMLSpanElement>(null);
  const closing = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [open, setOpen] = useState(false);

  function show() {
    clearTimeout(closing.current);
    setOpen(true);
  }

  function hideSoon() {
    clearTimeout(closing.current);
    closing.current = setTimeout(() => setOpen(false), 100);
  }

  useEffect(() => () => clearTimeout(closing.current), []);
  useEffect(() => {
    const control = anchor.current?.firstElementChild;
    if (!open || !control) return;
    const ids = () =>
      control
        .getAttribute("aria-describedby")
        ?.split(" ")
        .filter((other) => other !== id) ?? [];
    control.setAttribute("aria-describedby", [...ids(), id].join(" "));
    return () => {
      if (ids().length > 0) control.setAttribute("aria-describedby", ids().join(" "));
      else control.removeAttribute("aria-describedby");
    };
  }, [open, id]);

  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it only observes its child, which is the control. */}
      <span
        ref={anchor}
        className={clsx("inline-block max-w-full", className)}
        onPointerEnter={(event) => event.pointerType === "mouse" && show()}
        onPointerLeave={hideSoon}
        onFocus={show}
        onBlur={() => setOpen(false)}
      >
        {children}
      </span>
      {open && (
        <Bubble id={id} anchor={anchor} onHide={() => setOpen(false)} onEnter={show} onLeave={hideSoon}>
          {content}
        </Bubble>
      )}
    </>
  );
}

function Bubble({
  id,
  anchor,
  onHide,
  onEnter,
  onLeave,
  children,
}: {
  id: string;
  anchor: RefObject<HTMLElement | null>;
  onHide: () => void;
  onEnter: () => void;
  onLeave: () => void;
  children: ReactNode;
}) {
  const bubble = useRef<HTMLSpanElement>(null);
  const hide = useEffectEvent(onHide);
  usePanel(bubble, anchor, { side: "top", align: "center" });

  useEffect(() => {
    const hideOnEscape = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      // Close only the tooltip, not the dialog around it.
      event.preventDefault();
      event.stopPropagation();
      hide();
    };
    document.addEventListener("keydown", hideOnEscape, { capture: true });
    return () => document.removeEventListener("keydown", hideOnEscape, { capture: true });
  }, []);

  return (
    <span
      ref={bubble}
      id={id}
      role="tooltip"
      popover="manual"
      onPointerEnter={onEnter}
      onPointerLeave={onLeave}
      className="fixed inset-auto m-0 w-max max-w-72 animate-fade rounded-control bg-text px-2 py-1 text-left font-normal font-sans text-canvas text-xs tabular-nums whitespace-normal"
    >
      {children}
    </span>
  );
}
