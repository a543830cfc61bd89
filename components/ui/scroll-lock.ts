let locks = 0;

/** Keeps the page from scrolling, without a jump when the scrollbar disappears. Returns a function that unlocks it. */
export function lockScroll(): () => void {
  const root = document.documentElement;
  if (locks === 0) {
    root.style.paddingRight = `${window.innerWidth - root.clientWidth}px`;
    root.style.overflow = "hidden";
  }
  locks += 1;
  return () => {
    locks -= 1;
    if (locks > 0) return;
    root.style.removeProperty("padding-right");
    root.style.removeProperty("overflow");
  };
}
