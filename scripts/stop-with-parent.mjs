/**
 * Imported for its side effect: when npm started this process and is killed, the process sends itself SIGTERM, so that no server
 * keeps running and blocks the port. Without npm, as under a service manager or `nohup`, it does nothing.
 *
 * The scripts in package.json use `exec node …`, so that npm's child is this process and not a shell, which wouldn't forward
 * signals.
 */
const parent = process.ppid;
/** For processes that ignore SIGTERM, as npm does. */
const signal = process.env.KEYWARD_STOP_WITH_PARENT === "SIGKILL" ? "SIGKILL" : "SIGTERM";

if (process.env.npm_lifecycle_event || process.env.KEYWARD_STOP_WITH_PARENT) {
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, signal);
  }, 250);
  timer.unref();
}
