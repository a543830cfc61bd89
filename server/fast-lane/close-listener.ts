import { Server } from "node:net";

const shortTurnMs = 0.03;
const spinMs = 1000;

/**
 * Stops accepting connections, between `minimumMs` and `maximumMs` from now, as soon as none has come for `quietMs`. Until then
 * connections are accepted and answered, while load balancers learn from /api/ready that this instance is stopping.
 *
 * When a listener closes, the kernel resets connections in its backlog, including requests that were already sent over them. So
 * this closes it right after a short turn of the event loop without a new connection, which leaves a gap of well under 0.1 ms. Even
 * under steady load such a turn comes within a second.
 */
export async function closeListener(
  server: Server,
  { minimumMs, quietMs, maximumMs }: { minimumMs: number; quietMs: number; maximumMs: number },
): Promise<void> {
  let acceptedAt = performance.now();
  const recordConnection = () => {
    acceptedAt = performance.now();
  };
  server.on("connection", recordConnection);
  const stoppedAt = performance.now();
  const isEarly = (now: number) =>
    now < stoppedAt + minimumMs || now < Math.min(acceptedAt + quietMs, stoppedAt + maximumMs);
  while (isEarly(performance.now())) await new Promise((resolve) => setTimeout(resolve, 10));
  const spinUntil = performance.now() + spinMs;
  for (let isShort = false; !isShort && performance.now() < spinUntil; ) {
    const turnAt = performance.now();
    await new Promise((resolve) => setImmediate(resolve));
    isShort = acceptedAt < turnAt && performance.now() - turnAt < shortTurnMs;
  }
  // http.Server's own close would also close idle connections at once, on which the next request may be under way.
  Server.prototype.close.call(server);
  server.off("connection", recordConnection);
}
