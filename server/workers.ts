import cluster, { type Worker } from "node:cluster";
import { createServer, type Socket } from "node:net";
import { type CountedFailures, FailureLimiter } from "@/lib/engine/limits/failure-limiter";
import type { Env } from "@/lib/server/env";
import { closeListener } from "./fast-lane/close-listener";
import type { FastLaneServer } from "./fast-lane/fast-lane-server";
import { makeLog } from "./make-log";
import { listen, listenMs } from "./shutdown";

/** The worker's role, in the variable KEYWARD_WORKER. Only the first worker prints to the terminal. */
type WorkerRole = "first" | "additional";
export const isFirstWorker = () => process.env.KEYWARD_WORKER !== ("additional" satisfies WorkerRole);

/** From a worker: it listens for failures; it can serve; it has received a connection. */
type FromWorker = "counting" | "ready" | "taken" | Failure;
/** To a worker: the port is open; a connection; the program is stopping, and SIGTERM follows once the port is closed. */
type ToWorker = "listening" | "connection" | "stopping" | Failure | FailuresSoFar;
/** An unknown key came from this address. All workers count it. */
type Failure = { failure: string };
/** For a worker that has begun to listen for failures: those counted so far. */
type FailuresSoFar = { failuresSoFar: CountedFailures[] };

/** The pause before a dead worker is replaced, so that one that always crashes doesn't keep the CPU busy. */
const restartPauseMs = 1000;
const sweepMs = 60_000;
/** How long a connection may wait for a worker. */
const handoverTimeoutMs = 15_000;

/**
 * Runs this program several times behind one port. Each worker is a separate instance, so revocations, limits and quotas are
 * exact over workers as they are over machines. The first worker starts alone, so that only one prepares the data folder and only
 * one reports a wrong setting. A worker that dies is replaced.
 *
 * This process accepts the connections and hands each to the next free worker. It stops accepting before it stops the workers, so
 * that no connection is left without an answer.
 */
export function superviseWorkers(env: Env): void {
  const log = makeLog(
    env,
    (line) => line,
    () => undefined,
  );
  const running = new Set<Worker>();
  const sharing = new Set<Worker>();
  const free: Worker[] = [];
  /** Workers that were sent a connection and haven't confirmed it. */
  const receiving = new Set<Worker>();
  const waiting: Socket[] = [];
  /** What all workers counted, for workers that start later. */
  const failures = new FailureLimiter();
  setInterval(() => failures.sweep(performance.now()), sweepMs).unref();
  const listener = createServer({ pauseOnConnect: true, noDelay: true }, (socket) => {
    socket.on("error", () => {});
    socket.setTimeout(handoverTimeoutMs, () => socket.destroy());
    waiting.push(socket);
    handOverConnections();
  });
  let isListening = false;
  let isStopRequested = false;
  /** True once no more connections are accepted. */
  let stopping = false;
  let failed = false;

  function handOverConnections(): void {
    while (waiting.length > 0 && free.length > 0) {
      const socket = waiting.shift() as Socket;
      if (socket.destroyed) continue;
      const worker = free.shift() as Worker;
      receiving.add(worker);
      worker.send("connection" satisfies ToWorker, socket as never, () => {});
    }
    if (stopping && waiting.length === 0 && receiving.size === 0)
      for (const worker of running) worker.process.kill("SIGTERM");
  }

  async function onMessage(worker: Worker, message: FromWorker): Promise<void> {
    if (typeof message === "object") {
      failures.countElsewhere(message.failure);
      for (const other of sharing) if (other !== worker && other.isConnected()) other.send(message);
      return;
    }
    if (message === "counting") {
      // Messages arrive in order, so the worker gets each failure either in this snapshot or after it.
      worker.send({ failuresSoFar: failures.snapshot() } satisfies ToWorker);
      sharing.add(worker);
      return;
    }
    if (message === "ready" && !isListening) {
      await listen(listener, env).catch(failToStart);
      isListening = true;
      for (let started = 1; started < env.workers; started += 1) start("additional");
    }
    if (message === "ready") worker.send("listening" satisfies ToWorker);
    receiving.delete(worker);
    free.push(worker);
    handOverConnections();
  }

  function start(role: WorkerRole): void {
    const worker = cluster.fork({ KEYWARD_WORKER: role });
    running.add(worker);
    worker.on("message", (message: FromWorker) => void onMessage(worker, message));
    worker.once("exit", (code, signal) => {
      running.delete(worker);
      sharing.delete(worker);
      receiving.delete(worker);
      if (free.includes(worker)) free.splice(free.indexOf(worker), 1);
      if (stopping) {
        if (code > 0) failed = true;
        if (running.size === 0) process.exit(failed ? 1 : 0);
        return handOverConnections();
      }
      // The first worker has reported what is wrong.
      if (!isListening) process.exit(code || 1);
      log.warn(
        { worker: worker.process.pid, exit: signal ?? code },
        "a worker exited and is being replaced; if that repeats, look for its last lines above",
      );
      setTimeout(() => !isStopRequested && start("additional"), restartPauseMs);
    });
  }

  function failToStart(error: Error): never {
    console.error(`Keyward cannot start: ${error.message}`);
    for (const worker of running) worker.process.kill("SIGKILL");
    process.exit(1);
  }

  cluster.setupPrimary({
    exec: process.argv[1],
    args: process.argv.slice(2),
    execArgv: ["--enable-source-maps"],
  });
  start("first");
  const stop = async (minimumMs: number, quietMs: number) => {
    if (isStopRequested) return;
    isStopRequested = true;
    for (const worker of running) worker.send("stopping" satisfies ToWorker);
    if (isListening) await closeListener(listener, { minimumMs, quietMs, maximumMs: 5000 });
    stopping = true;
    if (running.size === 0) process.exit(0);
    handOverConnections();
  };
  process.on("SIGTERM", () => void stop(listenMs, 250));
  process.on("SIGINT", () => void stop(0, 0));
}

/** In a worker: shares counted failures with the other workers, so that an address has one limit for all of them. */
export function shareFailures(limiter: FailureLimiter): void {
  limiter.onCounted = (failure) => process.send?.({ failure } satisfies FromWorker);
  process.on("message", (message: ToWorker) => {
    if (typeof message !== "object") return;
    if ("failure" in message) limiter.countElsewhere(message.failure);
    else limiter.restore(message.failuresSoFar);
  });
  process.send?.("counting" satisfies FromWorker);
}

/** In a worker: serves the connections that the primary process hands over. Resolves when the port is open. */
export function takeConnections(server: FastLaneServer): Promise<void> {
  const send = (message: FromWorker) => process.send?.(message);
  return new Promise((resolve) => {
    process.on("message", (message: ToWorker, socket?: Socket) => {
      if (typeof message === "object") return;
      if (message === "listening") return resolve();
      if (message === "stopping") return server.announceStop();
      send("taken");
      // Undefined when the client has disconnected in the meantime.
      if (!socket) return;
      // Like the sockets of node:http: a client that has closed its side still gets its answer.
      socket.allowHalfOpen = true;
      server.emit("connection", socket);
    });
    send("ready");
  });
}
