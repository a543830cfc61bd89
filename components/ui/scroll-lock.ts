let locks = 0;

/** Holds the page still under something modal, without the jump of a scrollbar that goes. Answers how to let it go. */
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
