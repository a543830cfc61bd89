/** Open dialogs, the topmost last. */
const shown: HTMLElement[] = [];
const listeners = new Set<() => void>();

/** Registers a dialog that was just opened. Call the returned function before it's removed from the page. */
export function enterTopDialog(dialog: HTMLElement): () => void {
  shown.push(dialog);
  notify();
  return () => {
    shown.splice(shown.indexOf(dialog), 1);
    notify();
  };
}

/** The topmost open dialog, outside which everything is inert, or the body. */
export function findTopDialog(): HTMLElement {
  return shown.at(-1) ?? document.body;
}

export function watchTopDialog(listener: () => void): void {
  listeners.add(listener);
}

function notify(): void {
  for (const listener of listeners) listener();
}
