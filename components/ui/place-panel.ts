export type PanelPlace = { side: "top" | "bottom" | "right"; align: "start" | "center" | "end" };

const gap = 4;
const margin = 8;

/**
 * Places a fixed panel beside its anchor, within the window. If it doesn't fit on the given side, it goes to the other one; if
 * it fits on neither, it scrolls on the larger one.
 */
export function placePanel(panel: HTMLElement, anchor: DOMRect, { side, align }: PanelPlace): void {
  const width = document.documentElement.clientWidth;
  const height = window.innerHeight;
  // Measured at its full height, the panel forgets how far it was scrolled.
  const scrolled = panel.scrollTop;
  panel.style.maxHeight = "";
  const box = { width: panel.offsetWidth, height: panel.offsetHeight };

  if (side === "right") {
    const fitsRight = anchor.right + gap + box.width + margin <= width;
    const fitsLeft = anchor.left - gap - box.width >= margin;
    const left = fitsRight
      ? anchor.right + gap
      : fitsLeft
        ? anchor.left - gap - box.width
        : anchor.left + 2 * margin;
    const top = fitsRight || fitsLeft ? anchor.top - gap : anchor.bottom;
    set(panel, clamp(left, width - box.width), clamp(top, height - box.height));
    return;
  }

  const above = anchor.top - gap - margin;
  const below = height - anchor.bottom - gap - margin;
  const upwards =
    side === "top" ? above >= box.height || above >= below : below < box.height && above > below;
  const room = upwards ? above : below;
  const tall = Math.min(box.height, room);
  if (tall < box.height) panel.style.maxHeight = `${tall}px`;
  panel.scrollTop = scrolled;
  const starts = {
    start: anchor.left,
    center: anchor.left + (anchor.width - box.width) / 2,
    end: anchor.right - box.width,
  };
  set(
    panel,
    clamp(starts[align], width - box.width),
    upwards ? anchor.top - gap - tall : anchor.bottom + gap,
  );
}

function clamp(value: number, most: number): number {
  return Math.max(margin, Math.min(value, most - margin));
}

function set(panel: HTMLElement, left: number, top: number): void {
  panel.style.left = `${left}px`;
  panel.style.top = `${top}px`;
}
