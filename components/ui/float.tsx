"use client";

import { type ReactNode, useLayoutEffect, useState } from "react";
import { createPortal } from "react-dom";
import { findTopDialog, watchTopDialog } from "./top-dialog";

/** `open:`, because a closed popover must not have a `display`. Only the contents take the pointer, not the gaps. */
const places = {
  notices:
    "pointer-events-none fixed inset-x-0 top-16 bottom-auto m-0 mx-auto w-[min(40rem,calc(100vw-2rem))] gap-2 overflow-visible bg-transparent text-text open:grid rail:top-3 *:*:pointer-events-auto",
  corner:
    "fixed inset-auto right-4 bottom-4 m-0 w-[min(24rem,calc(100vw-2rem))] overflow-visible bg-transparent text-text",
};
type Place = keyof typeof places;

/**
 * Floats notices and toasts above the page. They work while a modal dialog is open, because they move into the topmost one.
 * Menus, lists and tooltips belong to a control and use `usePanel` instead.
 */
export function Float({ place, children }: { place: Place; children: ReactNode }) {
  const [slot] = useState(() => {
    const element = document.createElement("div");
    element.className = "contents";
    return element;
  });

  useLayoutEffect(() => {
    const layer = findLayer(place);
    layer.append(slot);
    if (!layer.isConnected) raise(layer);
    return () => slot.remove();
  }, [place, slot]);

  // Into an element that moves between dialogs: changing the portal's target would remount the children.
  return createPortal(children, slot);
}

const layers = new Map<Place, HTMLElement>();

function findLayer(place: Place): HTMLElement {
  const known = layers.get(place);
  if (known) return known;
  const layer = document.createElement("div");
  layer.popover = "manual";
  layer.className = places[place];
  layers.set(place, layer);
  watchTopDialog(() => raise(layer));
  return layer;
}

/** Moves a layer into the topmost dialog, and shows it again to put it on top. */
function raise(layer: HTMLElement): void {
  const focused = document.activeElement;
  // Moving an element takes its focus without a blur event.
  if (focused instanceof HTMLElement && layer.contains(focused)) focused.blur();
  // Moving a popover hides it.
  findTopDialog().append(layer);
  layer.showPopover();
}
