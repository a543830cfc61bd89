"use client";

import { clsx } from "clsx";
import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { panels } from "./load-panels";

const TooltipBubble = panels.component("TooltipBubble");

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
        <TooltipBubble
          id={id}
          anchor={anchor}
          onHide={() => setOpen(false)}
          onEnter={show}
          onLeave={hideSoon}
        >
          {content}
        </TooltipBubble>
      )}
    </>
  );
}
