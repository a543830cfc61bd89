import { Server } from "node:net";

const shortTurnMs = 0.03;
const spinMs = 1000;

/**
 * Stops accepting connections: not before `leastMs`, then once none has come for `quietMs`, or after `patienceMs`. Meanwhile
 * connections are accepted and answered, and load balancers learn from /api/ready that this instance stops.
 *
 * The kernel resets connections that it has made and that are not yet accepted, with the requests that were sent over them. So
 * the listener is closed right after a turn of the event loop that was short and brought no connection: what could come in
 * between is well under a tenth of a millisecond. A steady load leaves such a turn within a second.
 */
export async function closeListener(
  server: Server,
  { leastMs, quietMs, patienceMs }: { leastMs: number; quietMs: number; patienceMs: number },
): Promise<void> {
  let acceptedAt = performance.now();
  const note = () => {
    acceptedAt = performance.now();
  };
  server.on("connection", note);
  const stoppedAt = performance.now();
  const isEarly = (now: number) =>
    now < stoppedAt + leastMs || now < Math.min(acceptedAt + quietMs, stoppedAt + patienceMs);
  while (isEarly(performance.now())) await new Promise((resolve) => setTimeout(resolve, 10));
  const spinUntil = performance.now() + spinMs;
  for (let isShort = false; !isShort && performance.now() < spinUntil; ) {
    const turnAt = performance.now();
    await new Promise((resolve) => setImmediate(resolve));
    isShort = acceptedAt < turnAt && performance.now() - turnAt < shortTurnMs;
  }
  // Not http.Server's own close, which closes idle connections at once, with the next request perhaps on its way.
  Server.prototype.close.call(server);
  server.off("connection", note);
}
