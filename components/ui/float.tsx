"use client";

import { type ReactNode, useLayoutEffect, useState } from "react";
import { createPortal } from "react-dom";
import { findTopDialog, watchTopDialog } from "./top-dialog";

/** `open:` and not always: a closed popover must not get a `display`. What floats takes the pointer, the gaps don't. */
const places = {
  notices:
    "pointer-events-none fixed inset-x-0 top-16 bottom-auto m-0 mx-auto w-[min(40rem,calc(100vw-2rem))] gap-2 overflow-visible bg-transparent text-text open:grid rail:top-3 *:*:pointer-events-auto",
  corner:
    "fixed inset-auto right-4 bottom-4 m-0 w-[min(24rem,calc(100vw-2rem))] overflow-visible bg-transparent text-text",
};
type Place = keyof typeof places;

/**
 * What belongs to the page as a whole and floats above it: notices, one below another, and toasts. It can be pressed while a
 * modal dialog is open, because it stands in the one on top. What belongs to a control (menus, lists, tooltips) is rendered
 * beside the control and needs no more than `usePanel`.
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

  // Into an element of our own that moves between dialogs: another target of the portal would mount everything anew.
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

/** Moves a layer into the dialog on top, and above it: what was shown last is on top. */
function raise(layer: HTMLElement): void {
  const focused = document.activeElement;
  // Browsers tell nobody that an element lost the focus when it is moved.
  if (focused instanceof HTMLElement && layer.contains(focused)) focused.blur();
  // Moving a popover hides it, also to where it was.
  findTopDialog().append(layer);
  layer.showPopover();
}
