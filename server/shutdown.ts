import type { Server } from "node:http";
import { type Env, EnvError } from "@/lib/server/env";

/** How long requests under way may take to finish once the process was asked to stop. */
const drainMilliseconds = 10_000;

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

/** Stops once, on the first Ctrl-C or SIGTERM: take no more connections, finish what is under way, then let go of the rest. */
export function stopOnSignal(server: Server, release: () => Promise<void>): void {
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    const deadline = setTimeout(() => server.closeAllConnections(), drainMilliseconds);
    // Answers under way tell their clients to come back on another connection; idle ones are closed as they become so.
    const idle = setInterval(() => server.closeIdleConnections(), 100);
    await closed;
    clearTimeout(deadline);
    clearInterval(idle);
    try {
      await release();
      process.exit(0);
    } catch (error) {
      console.error(`Keyward stopped, but not cleanly: ${(error as Error).message}`);
      process.exit(1);
    }
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void stop());
}
