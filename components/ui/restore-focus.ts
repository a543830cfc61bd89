/**
 * Focuses the first of the elements that can take the focus, else the page's `main`: what goes away must not leave the
 * keyboard nowhere. React may remove the element that was focused in the same commit, so this looks again after it.
 */
export function restoreFocus(...places: (Element | null | undefined)[]): void {
  focusFirst(places);
  queueMicrotask(() => {
    if (document.activeElement === document.body) focusFirst(places);
  });
}

function focusFirst(places: (Element | null | undefined)[]) {
  for (const place of [...places, document.querySelector("main")]) {
    if (!(place instanceof HTMLElement) || !place.isConnected || place === document.body) continue;
    place.focus();
    if (document.activeElement === place) return;
  }
}
