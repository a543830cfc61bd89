export type ToastOptions = {
  description?: string;
  /** A button in the toast; pressing it closes the toast. */
  action?: { label: string; onClick: () => void };
  /** By default, errors stay longer: they take longer to read. */
  durationMs?: number;
};

export type ToastMessage = ToastOptions & { id: number; text: string; tone: "neutral" | "ok" | "bad" };

/** Shows a message that has no place on the page. */
export function toast(text: string, options?: ToastOptions): void {
  add("neutral", text, options);
}

toast.success = (text: string, options?: ToastOptions) => add("ok", text, options);
toast.error = (text: string, options?: ToastOptions) => add("bad", text, options);

const mostAtATime = 3;
let messages: readonly ToastMessage[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

function add(tone: ToastMessage["tone"], text: string, options?: ToastOptions): void {
  lastId += 1;
  change([...messages, { ...options, id: lastId, text, tone }].slice(-mostAtATime));
}

export function dismissToast(id: number): void {
  change(messages.filter((message) => message.id !== id));
}

export function readToasts(): readonly ToastMessage[] {
  return messages;
}

export function subscribeToToasts(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function change(next: readonly ToastMessage[]): void {
  messages = next;
  for (const listener of listeners) listener();
}
