"use client";

import { type ReactNode, type RefObject, useEffect, useEffectEvent, useRef } from "react";
import { usePanel } from "./use-panel";

/** What a Tooltip shows. */
export function TooltipBubble({
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
    const control = anchor.current?.firstElementChild;
    if (!control) return;
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
  }, [anchor, id]);

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
