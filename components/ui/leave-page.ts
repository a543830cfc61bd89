let leaving = false;

/** Leaves the page without asking about unsaved changes, and hides it until then. */
export function leavePage(path: string): void {
  leaving = true;
  document.documentElement.hidden = true;
  window.location.replace(path);
}

/** Whether `leavePage` was called: nothing may ask to stay. */
export function isLeavingPage(): boolean {
  return leaving;
}
