import { type ReactNode, StrictMode } from "react";
import { flushSync } from "react-dom";
import { createRoot, type Root } from "react-dom/client";

const mounted = new Set<() => void>();

/** Renders something into the page's `main`, in React's strict mode. It is unmounted at the end of the test. */
export function render(children: ReactNode) {
  const main = document.createElement("main");
  main.tabIndex = -1;
  main.className = "p-4";
  document.body.append(main);
  const root: Root = createRoot(main);
  const show = (next: ReactNode) => flushSync(() => root.render(<StrictMode>{next}</StrictMode>));
  const unmount = () => {
    if (!mounted.delete(unmount)) return;
    flushSync(() => root.unmount());
    main.remove();
  };
  mounted.add(unmount);
  show(children);
  return { main, rerender: show, unmount };
}

export function unmountAll() {
  for (const unmount of mounted) unmount();
}

/** A promise that the test settles. */
export function later() {
  let resolve = () => {};
  let reject = (_cause: Error) => {};
  const promise = new Promise<void>((whenResolved, whenRejected) => {
    resolve = whenResolved;
    reject = whenRejected;
  });
  return { promise, resolve: () => resolve(), reject: (cause: Error) => reject(cause) };
}
