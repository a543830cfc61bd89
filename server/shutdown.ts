import type { Server } from "node:net";
import { type Env, EnvError } from "@/lib/server/env";
import type { FastLaneServer } from "./fast-lane/fast-lane-server";
import { releaseAll } from "./release-all";

/** How long requests under way may take to finish once the process was asked to stop. */
const drainMs = 10_000;
/**
 * For how long connections are still taken after SIGTERM. Longer than the health checks in deploy/gateways need to see from
 * /api/ready that this instance stops, so that gateways send nothing in the moment in which the listener is closed.
 */
export const listenMs = 3000;
/** A client that keeps its connection and calls at least this often has no call cut off. */
const idleMs = 5000;

/** @throws EnvError with a clear sentence where the address cannot be had. */
export function listen(server: Server, env: Env): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE")
        return reject(
          new EnvError(`port ${env.port} is already in use. Stop what uses it, or choose another: PORT=3001`),
        );
      if (error.code === "EACCES")
        return reject(
          new EnvError(`port ${env.port} may not be used by this user. Choose one above 1023: PORT=3000`),
        );
      if (error.code === "EADDRNOTAVAIL" || error.code === "ENOTFOUND")
        return reject(new EnvError(`HOST ${env.host} is no address of this machine`));
      reject(error);
    });
    server.listen(env.port, env.host, () => resolve());
  });
}

/**
 * Stops once, on the first Ctrl-C or SIGTERM: takes no more connections, answers every request that was sent, then lets go of
 * the rest. A person at a terminal does not wait for idle connections.
 */
export function stopOnSignal(server: FastLaneServer, release: () => Promise<void>): void {
  let stopping = false;
  const stop = async (listenMs: number, idleMs: number) => {
    if (stopping) return;
    stopping = true;
    try {
      await releaseAll([() => server.stop({ listenMs, idleMs, deadlineMs: drainMs }), release])();
      process.exit(0);
    } catch (error) {
      process.stderr.write(`Keyward stopped, but not cleanly: ${(error as Error).message}\n`);
      process.exit(1);
    }
  };
  process.on("SIGTERM", () => void stop(listenMs, idleMs));
  process.on("SIGINT", () => void stop(0, 0));
}
