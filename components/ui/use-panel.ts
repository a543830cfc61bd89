"use client";

import { type RefObject, useEffectEvent, useLayoutEffect } from "react";
import { type PanelPlace, placePanel } from "./place-panel";

/** The classes of every floating panel. It's in the top layer, above dialogs and never clipped. */
export const panelStyle =
  "fixed inset-auto m-0 animate-rise overflow-y-auto overscroll-contain rounded-control bg-surface text-left font-normal font-sans text-base text-text whitespace-normal shadow-float";

/** Shows an element with `popover="manual"` beside its anchor while mounted. A press elsewhere calls `onDismiss`. */
export function usePanel(
  panel: RefObject<HTMLElement | null>,
  anchor: RefObject<HTMLElement | null>,
  { side, align }: PanelPlace,
  onDismiss?: () => void,
) {
  const dismiss = useEffectEvent(() => onDismiss?.());

  useLayoutEffect(() => {
    const shown = panel.current;
    if (!shown) return;
    shown.showPopover();
    const place = () =>
      anchor.current && placePanel(shown, anchor.current.getBoundingClientRect(), { side, align });
    const moved = (event: Event) => {
      if (!(event.target instanceof Node) || !shown.contains(event.target)) place();
    };
    const pressed = (event: PointerEvent) => {
      const target = event.target as Node;
      if (!shown.contains(target) && !anchor.current?.contains(target)) dismiss();
    };
    place();
    // A list that becomes shorter during typing must stay at its field.
    const resized = new ResizeObserver(place);
    resized.observe(shown);
    window.addEventListener("scroll", moved, { capture: true, passive: true });
    window.addEventListener("resize", place);
    document.addEventListener("pointerdown", pressed, { capture: true });
    return () => {
      resized.disconnect();
      window.removeEventListener("scroll", moved, { capture: true });
      window.removeEventListener("resize", place);
      document.removeEventListener("pointerdown", pressed, { capture: true });
    };
  }, [panel, anchor, side, align]);
}
