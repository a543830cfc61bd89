import type { Server } from "node:net";
import { type Env, EnvError } from "@/lib/server/env";
import type { Runtime } from "@/lib/server/runtime";
import type { FastLaneServer } from "./fast-lane/fast-lane-server";
import { releaseAll } from "./release-all";

/** How long requests in progress may take to finish when the process stops. */
const drainMs = 10_000;
/**
 * How long connections are still accepted after SIGTERM. It must be longer than the health checks in deploy/gateways need to learn
 * from /api/ready that this instance is stopping, so that gateways send nothing when the listener closes.
 */
export const listenMs = 3000;
/** An idle connection is closed after this time, so a client that calls at least this often loses no request. */
const idleMs = 5000;

/** @throws EnvError when the address or port can't be used. */
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
        return reject(new EnvError(`HOST ${env.host} is not an address of this machine`));
      reject(error);
    });
    server.listen(env.port, env.host, () => resolve());
  });
}

/**
 * Stops on the first Ctrl-C or SIGTERM: ends live views, accepts no more connections, answers every request that was sent, then calls `release`.
 * On Ctrl-C it doesn't wait for idle connections.
 */
export function stopOnSignal(
  server: FastLaneServer,
  { logStreams }: Pick<Runtime, "logStreams">,
  release: () => Promise<void>,
): void {
  let stopping = false;
  const stop = async (listenMs: number, idleMs: number) => {
    if (stopping) return;
    stopping = true;
    logStreams.stop();
    try {
      await releaseAll([() => server.stop({ listenMs, idleMs, deadlineMs: drainMs }), release])();
      process.exit(0);
    } catch (error) {
      process.stderr.write(
        `Keyward stopped, but not cleanly: ${(error as Error).message}. Keep DATA_DIR: the next start copies what is left there\n`,
      );
      process.exit(1);
    }
  };
  process.on("SIGTERM", () => void stop(listenMs, idleMs));
  process.on("SIGINT", () => void stop(0, 0));
}
