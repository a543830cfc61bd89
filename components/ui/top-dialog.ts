/** Shown dialogs, the one on top last. */
const shown: HTMLElement[] = [];
const listeners = new Set<() => void>();

/** Counts a dialog that was just shown as the one on top. Returns what to call while it is still in the page. */
export function enterTopDialog(dialog: HTMLElement): () => void {
  shown.push(dialog);
  tell();
  return () => {
    shown.splice(shown.indexOf(dialog), 1);
    tell();
  };
}

/** The browser makes everything outside of this element inert; without an open dialog it is the body. */
export function findTopDialog(): HTMLElement {
  return shown.at(-1) ?? document.body;
}

export function watchTopDialog(listener: () => void): void {
  listeners.add(listener);
}

function tell(): void {
  for (const listener of listeners) listener();
}
