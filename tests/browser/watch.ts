/** Collects console errors and warnings. Returns a function that returns and clears them. */
export function watchConsole(): () => string[] {
  const messages: string[] = [];
  for (const level of ["error", "warn"] as const) {
    const print = console[level];
    console[level] = (...words) => {
      messages.push(words.map(String).join(" "));
      print(...words);
    };
  }
  return () => messages.splice(0);
}

/**
 * Collects what our components forget to clean up: listeners on the window and the document, timers, observers. Doesn't count
 * React's own listeners, which stay with its roots.
 */
export function watchLeaks(): () => string[] {
  const open = new Map<unknown, string>();
  const take = () => {
    const left = [...open.values()];
    open.clear();
    return left;
  };
  watchListeners(open);
  watchTimers(open);
  watchObservers(open);
  return take;
}

/** Whether the calling function was called by one of our components, not by React. */
function isOurs(): boolean {
  const caller = new Error().stack?.split("\n")[3] ?? "";
  return caller.includes("/components/") && !caller.includes("/node_modules/");
}

function watchListeners(open: Map<unknown, string>) {
  const { addEventListener, removeEventListener } = EventTarget.prototype;
  const keys = new Map<unknown, Map<string, object>>();
  const keyOf = (listener: unknown, name: string) => {
    const known = keys.get(listener) ?? new Map<string, object>();
    keys.set(listener, known);
    const key = known.get(name) ?? {};
    known.set(name, key);
    return key;
  };
  const nameOf = (target: EventTarget, type: string, options: unknown) => {
    const capture =
      typeof options === "object" ? (options as { capture?: boolean } | null)?.capture : options;
    return `${target === window ? "window" : "document"} ${type}${capture ? " (capture)" : ""}`;
  };
  EventTarget.prototype.addEventListener = function (type, listener, options) {
    if ((this === window || this === document) && isOurs()) {
      const name = nameOf(this, type, options);
      open.set(keyOf(listener, name), `a listener: ${name}`);
    }
    addEventListener.call(this, type, listener, options);
  };
  EventTarget.prototype.removeEventListener = function (type, listener, options) {
    if (this === window || this === document) open.delete(keyOf(listener, nameOf(this, type, options)));
    removeEventListener.call(this, type, listener, options);
  };
}

function watchTimers(open: Map<unknown, string>) {
  const { setTimeout: set, clearTimeout: clear, setInterval: setAgain, clearInterval: clearAgain } = window;
  window.setTimeout = ((handler: () => void, ms?: number, ...words: never[]) => {
    const counted = isOurs();
    const id = set(
      (...given: never[]) => {
        open.delete(id);
        (handler as (...given: never[]) => void)(...given);
      },
      ms,
      ...words,
    );
    if (counted) open.set(id, `a timer of ${ms ?? 0} ms`);
    return id;
  }) as typeof window.setTimeout;
  window.setInterval = ((handler: () => void, ms?: number) => {
    const id = setAgain(handler, ms);
    if (isOurs()) open.set(id, `a timer of ${ms ?? 0} ms, again and again`);
    return id;
  }) as typeof window.setInterval;
  // The two may be cleared by either.
  window.clearTimeout = (id) => {
    open.delete(id);
    clear(id);
  };
  window.clearInterval = (id) => {
    open.delete(id);
    clearAgain(id);
  };
}

function watchObservers(open: Map<unknown, string>) {
  const { observe, disconnect } = ResizeObserver.prototype;
  ResizeObserver.prototype.observe = function (...given) {
    if (isOurs()) open.set(this, "a ResizeObserver");
    observe.apply(this, given);
  };
  ResizeObserver.prototype.disconnect = function () {
    open.delete(this);
    disconnect.call(this);
  };
}
