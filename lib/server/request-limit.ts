/**
 * The time that a request to another server may take, and the signal that ends it. Race with `reached`, because undici heeds the signal
 * only once it is connected. AbortSignal.any would be held by a signal that lives as long as the process.
 * @param abort Ends it early.
 */
export function startLimit(timeoutMs: number, abort?: AbortSignal) {
  const controller = new AbortController();
  const { signal } = controller;
  const stop = () => controller.abort();
  const timer = setTimeout(stop, timeoutMs);
  if (abort?.aborted) stop();
  abort?.addEventListener("abort", stop);
  const reached = new Promise<never>((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason));
  });
  // Usually it is reached after the request, when nothing waits for it.
  reached.catch(() => {});
  const end = () => {
    clearTimeout(timer);
    abort?.removeEventListener("abort", stop);
  };
  return { signal, reached, end };
}
