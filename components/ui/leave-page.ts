let leaving = false;

/** Leaves for another page whatever is unsaved here, and shows nothing of this one until then. */
export function leavePage(path: string): void {
  leaving = true;
  document.documentElement.hidden = true;
  window.location.replace(path);
}

/** Whether the page is being left by `leavePage`: nothing may ask to stay. */
export function isLeavingPage(): boolean {
  return leaving;
}
