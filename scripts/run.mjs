import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import "./stop-with-parent.mjs";

/** The project's folder. Every script runs in it. */
export const root = fileURLToPath(new URL("..", import.meta.url));

/** An error whose message is printed without a stack. */
export class Refusal extends Error {}

const running = new Set();

/**
 * Runs a program and returns its exit code. It gets its own process group, so that everything it started ends with it on Ctrl-C, on
 * SIGTERM and after `timeoutMs`.
 */
export function run(command, args, { env = {}, stdio = "inherit", timeoutMs, onStart } = {}) {
  forwardSignals();
  const isWindows = process.platform === "win32";
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio,
      env: { ...process.env, ...env },
      detached: !isWindows,
      shell: isWindows && command.endsWith(".cmd"),
    });
    running.add(child);
    onStart?.(child);
    const timer = timeoutMs && setTimeout(() => stopTree(child, "SIGTERM"), timeoutMs);
    const done = (settle) => {
      clearTimeout(timer);
      running.delete(child);
      sendToTree(child, "SIGKILL"); // No process that it started may outlive it.
      settle();
    };
    child.once("error", (error) => done(() => reject(error)));
    child.once("exit", (code, signal) => done(() => resolve(code ?? (signal === "SIGINT" ? 130 : 143))));
  });
}

/** Runs a JavaScript file with this Node.js. @throws Refusal when it fails. */
export async function runNode(what, args, options) {
  const code = await run(process.execPath, args, options);
  if (code !== 0) throw new Refusal(`${what} failed with exit code ${code}; see the output above.`);
}

/** Sends a signal to a program's process group, and kills what is left after ten seconds. */
export function stopTree(child, signal) {
  sendToTree(child, signal);
  setTimeout(() => child.exitCode ?? child.signalCode ?? sendToTree(child, "SIGKILL"), 10_000).unref();
}

function sendToTree(child, signal) {
  try {
    if (process.platform === "win32") child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // It has already exited.
  }
}

let isForwarding = false;

function forwardSignals() {
  if (isForwarding) return;
  isForwarding = true;
  let isStopping = false;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, async () => {
      // On Ctrl-C we get the signal twice, from the terminal and from npm. Ignore the second one.
      if (isStopping) return;
      if (running.size === 0) process.exit(signal === "SIGINT" ? 130 : 143);
      isStopping = true;
      const ended = [...running].map((child) => new Promise((resolve) => child.once("exit", resolve)));
      for (const child of running) stopTree(child, signal);
      const codes = await Promise.all(ended);
      process.exit(codes.every((code) => code === 0) ? 0 : signal === "SIGINT" ? 130 : 143);
    });
  }
}

/**
 * Removes the signal handlers, for a script that becomes the server in the same process: the server then handles the signals itself.
 */
export function handOverSignals() {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.removeAllListeners(signal);
}

/** Runs the body of a script. A Refusal prints one line on standard error and exits with code 1. */
export async function script(main) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

/** Whether the file was started directly rather than imported. */
export function isMain(meta) {
  return process.argv[1] !== undefined && fileURLToPath(meta.url) === process.argv[1];
}
