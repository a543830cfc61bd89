import cluster, { type Worker } from "node:cluster";
import { createServer, type Socket } from "node:net";
import { type CountedFailures, FailureLimiter } from "@/lib/engine/limits/failure-limiter";
import type { Env } from "@/lib/server/env";
import { closeListener } from "./fast-lane/close-listener";
import type { FastLaneServer } from "./fast-lane/fast-lane-server";
import { listen, listenMs } from "./shutdown";

/** What a worker is told of itself. Only the first one prints for the person who started it. */
type Role = "first" | "further";
export const speaks = () => process.env.KEYWARD_WORKER !== ("further" satisfies Role);

/** From a worker: it listens for failures; it can serve; it has taken the connection that it was handed. */
type FromWorker = "counting" | "ready" | "taken" | Failure;
/** To a worker: the port is open; here is a connection; this program stops, and SIGTERM follows when the port is closed. */
type ToWorker = "listening" | "connection" | "stopping" | Failure | FailuresSoFar;
/** An unknown key came from an address that this names. All workers count it. */
type Failure = { failure: string };
/** To a worker that has begun to listen for failures: those counted before. */
type FailuresSoFar = { failuresSoFar: CountedFailures[] };

/** Before a worker that ended is replaced: one that ends at once must not keep a processor busy with its starts. */
const pauseMs = 1000;
const sweepMs = 60_000;
/** How long a connection may wait until a worker takes it. */
const waitMs = 15_000;

/**
 * Runs this program several times behind one port. Each worker is an instance like any other on the database, so that what keeps
 * revocations, limits and quotas exact over instances keeps them exact here. The first worker starts alone: one prepares the
 * data folder, and one says what is wrong with a setting. One that ends is replaced.
 *
 * This process accepts the connections and hands each to the next worker that has taken its last one. It stops accepting before
 * it stops the workers, so that none of them can hold a connection that nobody answers.
 */
export function superviseWorkers(env: Env): void {
  const running = new Set<Worker>();
  const counting = new Set<Worker>();
  const free: Worker[] = [];
  /** Workers on their way to take a connection. */
  const handed = new Set<Worker>();
  const waiting: Socket[] = [];
  /** What all workers counted, for those that start later. */
  const failures = new FailureLimiter();
  setInterval(() => failures.sweep(performance.now()), sweepMs).unref();
  const listener = createServer({ pauseOnConnect: true, noDelay: true }, (socket) => {
    socket.on("error", () => {});
    socket.setTimeout(waitMs, () => socket.destroy());
    waiting.push(socket);
    handOut();
  });
  let isListening = false;
  let isStopRequested = false;
  /** Nothing is accepted any more. */
  let stopping = false;
  let failed = false;

  function handOut(): void {
    while (waiting.length > 0 && free.length > 0) {
      const socket = waiting.shift() as Socket;
      if (socket.destroyed) continue;
      const worker = free.shift() as Worker;
      handed.add(worker);
      worker.send("connection" satisfies ToWorker, socket as never, () => {});
    }
    if (stopping && waiting.length === 0 && handed.size === 0)
      for (const worker of running) worker.process.kill("SIGTERM");
  }

  async function onMessage(worker: Worker, message: FromWorker): Promise<void> {
    if (typeof message === "object") {
      failures.countElsewhere(message.failure);
      for (const other of counting) if (other !== worker && other.isConnected()) other.send(message);
      return;
    }
    if (message === "counting") {
      // The channel keeps the order: each failure reaches the worker with these or after them.
      worker.send({ failuresSoFar: failures.snapshot() } satisfies ToWorker);
      counting.add(worker);
      return;
    }
    if (message === "ready" && !isListening) {
      await listen(listener, env).catch(giveUp);
      isListening = true;
      for (let started = 1; started < env.workers; started += 1) start("further");
    }
    if (message === "ready") worker.send("listening" satisfies ToWorker);
    handed.delete(worker);
    free.push(worker);
    handOut();
  }

  function start(role: Role): void {
    const worker = cluster.fork({ KEYWARD_WORKER: role });
    running.add(worker);
    worker.on("message", (message: FromWorker) => void onMessage(worker, message));
    worker.once("exit", (code, signal) => {
      running.delete(worker);
      counting.delete(worker);
      handed.delete(worker);
      if (free.includes(worker)) free.splice(free.indexOf(worker), 1);
      if (stopping) {
        if (code > 0) failed = true;
        if (running.size === 0) process.exit(failed ? 1 : 0);
        return handOut();
      }
      // The first worker has said what is wrong.
      if (!isListening) process.exit(code || 1);
      console.error(`A worker ended with ${signal ?? code}; another takes its place.`);
      setTimeout(() => !isStopRequested && start("further"), pauseMs);
    });
  }

  function giveUp(error: Error): never {
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
  const stop = async (leastMs: number, quietMs: number) => {
    if (isStopRequested) return;
    isStopRequested = true;
    for (const worker of running) worker.send("stopping" satisfies ToWorker);
    if (isListening) await closeListener(listener, { leastMs, quietMs, patienceMs: 5000 });
    stopping = true;
    if (running.size === 0) process.exit(0);
    handOut();
  };
  process.on("SIGTERM", () => void stop(listenMs, 250));
  process.on("SIGINT", () => void stop(0, 0));
}

/** In a worker: counts failures with the others, so that an address has one limit, however many workers there are. */
export function shareFailures(limiter: FailureLimiter): void {
  limiter.onCounted = (failure) => process.send?.({ failure } satisfies FromWorker);
  process.on("message", (message: ToWorker) => {
    if (typeof message !== "object") return;
    if ("failure" in message) limiter.countElsewhere(message.failure);
    else limiter.restore(message.failuresSoFar);
  });
  process.send?.("counting" satisfies FromWorker);
}

/** In a worker: serves the connections that the first process hands over. Resolves when the port is open. */
export function takeConnections(server: FastLaneServer): Promise<void> {
  const tell = (message: FromWorker) => process.send?.(message);
  return new Promise((resolve) => {
    process.on("message", (message: ToWorker, socket?: Socket) => {
      if (typeof message === "object") return;
      if (message === "listening") return resolve();
      if (message === "stopping") return server.announceStop();
      tell("taken");
      // Nothing where its client has left on the way.
      if (!socket) return;
      // As node:http makes its own: a client that has sent everything still gets its answer.
      socket.allowHalfOpen = true;
      server.emit("connection", socket);
    });
    tell("ready");
  });
}
